import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
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

  const tcp = createServer(aedes.handle);
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (socket, request) => {
    aedes.handle(createWebSocketStream(socket), request);
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
