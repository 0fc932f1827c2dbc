/** A client of MQTT.js that sends or receives at QoS 0. */
import { connectAsync, type MqttClient } from 'mqtt';
import { packetsOf } from '../codec/workloads.ts';
import { serve } from './parts/serve.ts';

/** Packets in one turn of the event loop. */
const BURST = 400;

let client: MqttClient;
let packets = 0;
let fields = 0;
let wanted = Number.POSITIVE_INFINITY;
let resolve: () => void = () => {};

serve({
  connect: async (port: number) => {
    client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'client', keepalive: 0 });
    await client.subscribeAsync('site/#');
    client.on('message', (topic, payload) => {
      fields = (Math.imul(fields, 31) + topic.length + (payload[0]! << 8) + (payload.length << 16)) | 0;
      if (++packets === wanted) resolve();
    });
  },
  publish: async (count: number) => {
    const messages = packetsOf('pub16', 2000) as { topic: string; payload: Buffer }[];
    for (let sent = 0; sent < count; sent += BURST) {
      let left = BURST;
      await new Promise<void>((taken) => {
        const onTaken = (): void => {
          if (--left === 0) taken();
        };
        for (let i = sent; i < sent + BURST; i++) {
          const { topic, payload } = messages[i % messages.length]!;
          client.publish(topic, payload, { qos: 0 }, onTaken);
        }
      });
    }
  },
  received: async (count: number) => {
    wanted = count;
    if (packets < count) await new Promise<void>((done) => (resolve = done));
    const result = { packets, fields };
    packets = fields = 0;
    return result;
  },
});
