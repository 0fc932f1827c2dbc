import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server on the loopback interface; returns its port. */
export async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  // whoever writes once per turn has no use for Nagle's algorithm
  const server = createServer({ noDelay: true }, onSocket);
  server.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
