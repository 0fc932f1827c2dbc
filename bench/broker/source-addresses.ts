/** Connections of one source address: few enough that ports of earlier ones, which are not free yet, do not get in their way. */
const PER_ADDRESS = 1000;

/** The source address of each of many connections, in turn; `undefined` where only one will do: not on the loopback interface. */
export function sourceAddresses(host = '127.0.0.1'): (connection: number) => string | undefined {
  if (!host.startsWith('127.')) return () => undefined;
  const network = `127.${1 + Math.floor(254 * Math.random())}.${Math.floor(256 * Math.random())}`;
  return (connection) => `${network}.${1 + (Math.floor(connection / PER_ADDRESS) % 254)}`;
}
