import type { AddressInfo } from 'node:net';

const ALL_INTERFACES = ['0.0.0.0', '::'];

/** What is printed once the broker listens. */
export function greeting(version: string, kernelName: string, address: AddressInfo): string {
  const { port } = address;
  const host = ALL_INTERFACES.includes(address.address) ? 'localhost' : address.address;
  const inUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `wasmqtt ${version}, an MQTT 3.1, 3.1.1 and 5.0 broker
kernel:    ${kernelName}
listening: mqtt://${inUrl}:${port}
try it:    mosquitto_sub -h ${host} -p ${port} -t 'test/#' -v
           mosquitto_pub -h ${host} -p ${port} -t test/hello -m world
`;
}

/** Why the broker cannot listen, and what helps. */
export function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return (
        `port ${port} on ${host} is already in use, perhaps by another broker.\n` +
        `Stop that program, or choose another port: --port ${port < 65_535 ? port + 1 : port - 1}`
      );
    case 'EACCES':
      return `no permission to listen on port ${port}. Choose a port above 1023: --port 1883`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Listen on all of its addresses: --host 0.0.0.0`;
    default:
      return `cannot listen on ${host}, port ${port}: ${error.message}`;
  }
}
