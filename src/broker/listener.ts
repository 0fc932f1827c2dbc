import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Where to listen for TCP connections. */
export interface ListenOptions {
  /** 0 takes a free port. Default 1883. */
  port?: number | undefined;
  /** Name or address of the interface. Default 127.0.0.1: this machine only. */
  host?: string | undefined;
}

export const DEFAULT_PORT = 1883;
export const DEFAULT_HOST = '127.0.0.1';

/** A TCP server that hands over its sockets. */
export class Listener {
  readonly address: AddressInfo;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.address = server.address() as AddressInfo;
  }

  /** Resolves when it listens; rejects with the system's error (`EADDRINUSE`, `EACCES`, ...). */
  static open(
    options: ListenOptions,
    onSocket: (socket: Socket) => void,
    onError: (error: Error) => void,
  ): Promise<Listener> {
    return new Promise((resolve, reject) => {
      // noDelay: PacketWriter already joins what is sent in one turn, Nagle's algorithm would only add delay.
      // allowHalfOpen: answers to what a client sent before it closed its end still reach it.
      const server = createServer({ noDelay: true, allowHalfOpen: true }, onSocket);
      server.once('error', reject);
      server.listen(options.port ?? DEFAULT_PORT, options.host ?? DEFAULT_HOST, () => {
        server.off('error', reject);
        server.on('error', onError);
        resolve(new Listener(server));
      });
    });
  }

  /** Stops listening; resolves when the last of its sockets is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
