import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { importOptional } from '../optional-package.ts';
import { WebSocketStream } from './web-socket-stream.ts';

export interface WebSocketOptions {
  /** The path that is answered, queries aside; others get 404. Default: all are. */
  path?: string | undefined;
  /**
   * Bytes of one WebSocket message, which may hold several packets. Default: twice `maxPacketSize`. More closes the connection
   * with close code 1009.
   */
  maxMessageSize?: number | undefined;
}

/** By preference. The second is what clients with MQTT 3.1 offer. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];
/** Milliseconds for the peer to answer a close frame. */
const CLOSE_TIMEOUT = 2000;

/** Answers WebSocket handshakes with one of the subprotocols of MQTT (MQTT-6.0.0-3, -4), and refuses everything else. */
export async function acceptWebSockets(
  server: Server,
  { path, maxMessageSize }: WebSocketOptions,
  maxPacketSize: number,
  onStream: (stream: WebSocketStream) => void,
): Promise<void> {
  if (path !== undefined && !path.startsWith('/')) {
    throw new TypeError(`webSocket.path has to begin with /, got ${JSON.stringify(path)}`);
  }
  const { WebSocketServer } = await importOptional('ws', 'WebSocket listeners', () => import('ws'));
  const options = {
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessageSize ?? 2 * maxPacketSize,
    closeTimeout: CLOSE_TIMEOUT,
    // Compressing costs each connection hundreds of KiB, and each of the receivers of a message its own work, for packets that
    // are mostly small; and a few KiB received may be any number of bytes then.
    perMessageDeflate: false,
    // WebSocketStream answers
    autoPong: false,
  };
  const webSockets = new WebSocketServer({
    ...options,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
    verifyClient: ({ req }, next) => {
      if (!isPath(req, path)) next(false, 404);
      else if (!offersMqtt(req)) next(false, 400, 'The subprotocol mqtt is not offered');
      else next(true);
    },
  });
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      onStream(new WebSocketStream(webSocket, request));
    });
  });
  server.on('request', (request, response) => refuse(request, response, isPath(request, path)));
}

function isPath(request: IncomingMessage, path: string | undefined): boolean {
  return path === undefined || request.url?.split('?', 1)[0] === path;
}

function offersMqtt(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
  return offered?.some((name) => SUBPROTOCOLS.includes(name)) === true;
}

/** A request that asks for no WebSocket. */
function refuse(request: IncomingMessage, response: ServerResponse, isHere: boolean): void {
  request.resume();
  const type = { 'content-type': 'text/plain' };
  if (isHere) {
    response.writeHead(426, { ...type, connection: 'upgrade, close', upgrade: 'websocket' });
    response.end('MQTT over WebSocket\n');
  } else {
    response.writeHead(404, { ...type, connection: 'close' });
    response.end('Not found\n');
  }
}
