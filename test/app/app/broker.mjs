import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

// An import would load all that node:http exports, in Node 22 with WebAssembly inside, which --jitless takes away.
const { createServer: createHttpServer } = createRequire(import.meta.url)('node:http');

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/**
 * Since Node 26 `read()` returns one buffered chunk instead of them all (nodejs/node#60441), but aedes 1 calls it once
 * and then waits for more to arrive.
 */
function readingAll(stream) {
  const { read } = stream;
  stream.read = (size) => read.call(stream, size ?? (stream.readableLength || undefined));
  return stream;
}

/** An aedes broker over TCP and over WebSocket that notes every packet it is asked about. */
export async function startAedes(transcript) {
  const note = (client, what, details) => transcript.note(`broker about ${client?.id}`, what, details);
  const aedes = await Aedes.createBroker({
    preConnect: (_client, packet, done) => {
      transcript.note(`broker about ${packet.clientId}`, 'connect', packet);
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      note(client, 'authenticate', { username, password });
      done(null, username !== 'nobody');
    },
    authorizePublish: (client, { cmd, qos, retain, dup, topic, payload }, done) => {
      note(client, 'publish', { cmd, qos, retain, dup, topic, payload });
      done(null);
    },
    authorizeSubscribe: (client, { topic, qos }, done) => {
      note(client, 'subscribe', { topic, qos });
      done(null, topic === 'forbidden' ? null : { topic, qos });
    },
  });
  aedes.on('unsubscribe', (filters, client) => note(client, 'unsubscribe', filters));
  aedes.on('clientDisconnect', (client) => note(client, 'disconnect', {}));
  aedes.on('connectionError', (client, error) => note(client, 'connection error', error.message));
  aedes.on('clientError', (client, error) => note(client, 'client error', error.message));

  const tcp = createServer((socket) => aedes.handle(readingAll(socket)));
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (socket, request) => {
    aedes.handle(readingAll(createWebSocketStream(socket)), request);
  });
  const urls = {
    tcp: `mqtt://127.0.0.1:${await listen(tcp)}`,
    ws: `ws://127.0.0.1:${await listen(http)}`,
  };
  return {
    urls,
    close: async () => {
      tcp.close();
      http.close();
      await new Promise((resolve) => aedes.close(resolve));
    },
  };
}
