import type { Socket } from 'node:net';

/** Sockets that were accepted and not handed over yet, because TLS or HTTP come first. */
export class Handshakes {
  readonly #sockets = new Map<unknown, Socket>();

  begin(socket: Socket): void {
    const name = nameOf(socket);
    this.#sockets.set(name, socket);
    socket.once('close', () => {
      if (this.#sockets.get(name) === socket) this.#sockets.delete(name);
    });
  }

  /** `socket` may be the TLS socket on top of the one that was begun with. */
  end(socket: Socket): void {
    this.#sockets.delete(nameOf(socket));
  }

  abandon(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

/** The same for a TCP socket and the TLS socket on top of it, which are not known to each other. */
function nameOf(socket: Socket): unknown {
  const { remotePort } = socket;
  return remotePort === undefined ? socket : `${socket.remoteAddress} ${remotePort} ${socket.localAddress}`;
}
