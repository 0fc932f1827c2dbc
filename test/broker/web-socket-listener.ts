import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Listener, type ListenOptions, openListener } from '../../src/broker/listeners/listener.ts';
import type { WebSocketStream } from '../../src/broker/listeners/web-socket-stream.ts';
import { atTheEnd } from './cleanup.ts';

export interface WebSocketPlace {
  readonly listener: Listener;
  readonly url: string;
  /** The next stream that is handed over. */
  stream(): Promise<WebSocketStream>;
}

/** A listener without a broker: what is handed over is the test's. */
export async function openWebSockets(
  webSocket: ListenOptions['webSocket'] = true,
  maxPacketSize: number | undefined = undefined,
): Promise<WebSocketPlace> {
  const streams: WebSocketStream[] = [];
  let changed = () => {};
  const add = (stream: Duplex) => {
    stream.on('error', () => {});
    streams.push(stream as WebSocketStream);
    changed();
  };
  const fail = (error: Error) => {
    throw error;
  };
  const listener = await openListener({ port: 0, webSocket }, add, fail, maxPacketSize);
  atTheEnd(() => {
    for (const stream of streams) stream.destroy();
    return listener.close();
  });
  const stream = async () => {
    while (streams.length === 0) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
    return streams[streams.length - 1];
  };
  return { listener, url: urlOf(listener), stream };
}

export function portOf({ address }: Listener): number {
  return (address as AddressInfo).port;
}

export function urlOf(listener: Listener): string {
  return `ws://127.0.0.1:${portOf(listener)}`;
}
