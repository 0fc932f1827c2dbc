import { cursor, mqttPacket, objects } from '../codec/decoders.ts';
import { type Chunking, inputOf, type WorkloadName } from '../codec/workloads.ts';
import type { Case, Suite } from '../suite.ts';

const WORKLOADS: readonly WorkloadName[] = ['pub16', 'pub256', 'v5q1', 'puback', 'mixed'];
const CHUNKINGS: readonly Chunking[] = ['64 KiB', '1460 B'];

export const suite: Suite = {
  name: 'memory',
  notes: [
    'Bytes allocated on the JavaScript heap per packet, garbage included, while nothing is collected (median of the ' +
      'rounds). Who reads what is as in the decode suite.',
  ],
  reference: 'mqtt-packet',
  control: 'cursor wasm',
  cases: CHUNKINGS.flatMap((group) =>
    WORKLOADS.map(
      (column): Case => ({
        measure: 'heap',
        group,
        column,
        prepare: (quick) => {
          const input = inputOf(column, group, quick);
          const kernels = ['wasm', 'js'] as const;
          return [
            mqttPacket(input),
            ...kernels.map((kernel) => objects(kernel, input)),
            ...kernels.map((kernel) => cursor(kernel, input)),
            cursor('wasm', input, { name: 'control' }),
          ];
        },
      }),
    ),
  ),
  comparisons: [],
  // The smallest object takes 16 bytes: less than that per packet means that none is made. What remains is a view or
  // two per chunk, to keep the packet that straddles it.
  targets: (['wasm', 'js'] as const).map((kernel) => ({
    label: `cursor ${kernel}: heap bytes per packet`,
    group: '64 KiB',
    contestant: `cursor ${kernel}`,
    atMost: 8,
  })),
};
