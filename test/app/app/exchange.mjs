// Runs MQTT.js clients against brokers and prints what each of them saw.
// WASMQTT_BROKER_URL names a broker for MQTT 5.0, which aedes 1 does not speak.
import { startAedes } from './broker.mjs';
import { codec } from './codec.mjs';
import { malformedToBroker, malformedToClient } from './malformed.mjs';
import { againstAedes, version5, version5AgainstAedes } from './scenarios.mjs';
import { Transcript } from './transcript.mjs';

const VERSIONS = {
  3.1: { protocolVersion: 3, protocolId: 'MQIsdp' },
  '3.1.1': { protocolVersion: 4 },
};

const { WASMQTT_BROKER_URL: brokerUrl } = process.env;
if (!brokerUrl) throw new Error('WASMQTT_BROKER_URL is not set');
const output = [];

const DEADLINE_MS = 40_000;

async function run(title, scenario) {
  const transcript = new Transcript();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still waiting after ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    await Promise.race([scenario(transcript), late]);
  } catch (error) {
    throw new Error(`${title}: ${error.message}\n${transcript.lastStep()}`, { cause: error });
  }
  clearTimeout(timer);
  output.push(`# ${title}\n${transcript}`);
}

await run('mqtt-packet', codec);
for (const transport of ['tcp', 'ws']) {
  for (const [version, options] of Object.entries(VERSIONS)) {
    await run(`aedes over ${transport}, MQTT ${version}`, async (transcript) => {
      const broker = await startAedes(transcript);
      await againstAedes(transcript, broker.urls[transport], options);
      await broker.close();
    });
  }
  await run(`aedes over ${transport}, MQTT 5.0`, async (transcript) => {
    const broker = await startAedes(transcript);
    await version5AgainstAedes(transcript, broker.urls[transport]);
    await broker.close();
  });
}
await run('malformed bytes', async (transcript) => {
  const broker = await startAedes(transcript);
  await malformedToBroker(transcript, broker.urls.tcp);
  await malformedToClient(transcript);
  await broker.close();
});
await run('MQTT 5.0', (transcript) => version5(transcript, brokerUrl));

process.stdout.write(output.join('\n'));
