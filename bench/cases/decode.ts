import type { KernelChoice } from '../../src/decode/options.ts';
import { cursor, mqttPacket, objects } from '../codec/decoders.ts';
import { CHUNKINGS, type Chunking, inputOf, WORKLOADS, type WorkloadName } from '../codec/workloads.ts';
import { MEDIAN } from '../measuring/statistics.ts';
import type { Case, Comparison, Contestant, Suite, Target } from '../suite.ts';

const KERNELS: readonly KernelChoice[] = ['wasm', 'js', 'auto'];
const CONTROL_READ = ', control packets read';
const NEW_TOPICS_READ = ', new topics read';
const REPEATED = 'cursor wasm, repeated topics';

/** One topic must not come twice to be unique, so this is only for a chunk with many packets. */
const UNIQUE_CHUNKINGS: readonly Chunking[] = ['64 KiB', '1460 B'];

function contestants(workload: WorkloadName, chunking: Chunking, quick: boolean): Contestant[] {
  const input = inputOf(workload, chunking, quick);
  const list = [mqttPacket(input), ...KERNELS.map((kernel) => objects(kernel, input))];
  if (workload === 'unique') {
    const readTopics = false;
    list.push(...KERNELS.map((kernel) => cursor(kernel, input, { readTopics })));
    list.push(
      ...KERNELS.map((kernel) => cursor(kernel, input, { name: `cursor ${kernel}${NEW_TOPICS_READ}` })),
    );
    list.push(cursor('wasm', inputOf('pub16', chunking, quick), { name: REPEATED, otherInput: true }));
    list.push(cursor('wasm', input, { name: 'control', readTopics }));
    return list;
  }
  list.push(...KERNELS.map((kernel) => cursor(kernel, input)));
  if (workload === 'mixed') {
    const readControl = true;
    const name = (kernel: KernelChoice): string => `cursor ${kernel}${CONTROL_READ}`;
    list.push(...KERNELS.map((kernel) => cursor(kernel, input, { name: name(kernel), readControl })));
  }
  list.push(cursor('wasm', input, { name: 'control' }));
  return list;
}

const cases: Case[] = (Object.keys(WORKLOADS) as WorkloadName[]).flatMap((workload) => {
  const chunkings = workload === 'unique' ? UNIQUE_CHUNKINGS : (Object.keys(CHUNKINGS) as Chunking[]);
  return chunkings.map((chunking) => ({
    measure: 'time',
    group: workload,
    column: chunking,
    prepare: (quick: boolean) => contestants(workload, chunking, quick),
  }));
});

const comparisons: Comparison[] = ['objects', 'cursor'].flatMap((level) =>
  (level === 'objects' ? [''] : ['', CONTROL_READ, NEW_TOPICS_READ]).flatMap((suffix) => {
    const [wasm, js, auto] = KERNELS.map((kernel) => `${level} ${kernel}${suffix}`) as [
      string,
      string,
      string,
    ];
    return [
      { label: `wasm : js, ${level}${suffix}`, of: wasm, against: [js] },
      { label: `auto : better kernel, ${level}${suffix}`, of: auto, against: [wasm, js] },
    ];
  }),
);

const burst = (group: WorkloadName, contestant: string, against: string, atLeast: number): Target => ({
  label: `${group}: ${contestant} over ${against}`,
  group,
  column: '64 KiB',
  contestant,
  against: [against],
  atLeast,
});

const targets: Target[] = [
  burst('pub16', 'cursor wasm', 'mqtt-packet', 60),
  burst('pub16', 'cursor wasm', 'cursor js', 1.4),
  burst('v5q1', 'cursor wasm', 'mqtt-packet', 70),
  burst('v5q1', 'cursor wasm', 'cursor js', 1.25),
  burst('mixed', 'cursor wasm', 'mqtt-packet', 50),
  burst('mixed', 'cursor wasm', 'cursor js', 1.3),
  burst('pub16', 'objects auto', 'mqtt-packet', 15),
  burst('v5q1', 'objects auto', 'mqtt-packet', 25),
  burst('mixed', 'objects auto', 'mqtt-packet', 12),
  {
    label: 'objects: auto slower than the better kernel',
    contestant: 'objects auto',
    against: ['objects wasm', 'objects js'],
    atMost: 1.05,
  },
  {
    label: 'cursor: auto slower than the better kernel',
    contestant: 'cursor auto',
    against: ['cursor wasm', 'cursor js'],
    atMost: 1.05,
  },
  {
    label: 'cursor: unique topics slower than repeated ones',
    group: 'unique',
    column: '64 KiB',
    contestant: 'cursor wasm',
    against: [REPEATED],
    atMost: 3,
  },
];

export const suite: Suite = {
  name: 'decode',
  notes: [
    'CPU nanoseconds per packet, and how many times faster than mqtt-packet 9.0.2 that is (' + `${MEDIAN}).`,
    'mqtt-packet and objects: every packet becomes an object; read are the length and the last character of the topic, ' +
      'the length and the first byte of the payload, QoS and packet identifier, and of MQTT 5.0 two properties.',
    'cursor: makes no object and no string; read are the topic id, looked up in a table of routes, QoS, the length ' +
      'of the payload, the packet identifier, and of control packets the type only. Its first sight of a topic reads ' +
      'the string once.',
    '"control packets read": CONNECT and SUBSCRIBE as objects all the same.',
    'unique: topics the cursor has no route for are not read as strings; "new topics read" does read each of them.',
    ...Object.entries(WORKLOADS).map(([name, { description }]) => `${name}: ${description}.`),
  ],
  reference: 'mqtt-packet',
  control: 'cursor wasm',
  cases,
  comparisons,
  targets,
};
