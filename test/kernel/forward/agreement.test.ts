import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FORWARD_APPROVED,
  FORWARD_DONE,
  FORWARD_EXCEPTIONS,
  FORWARD_HOST,
  FORWARD_PAGES,
  FORWARD_ROUTE,
  NOW,
  RECEIVER_CONNECTED,
  RECEIVER_DEFERRED,
  RECEIVER_ROOM,
  RECEIVER_SINCE,
} from '../../../assembly/forward/layout.ts';
import { hasWebAssembly } from '../../../src/kernel/wasm.ts';
import { parsePublish } from '../../forward/wire.ts';
import { runs } from '../../fuzz/support.ts';
import { join } from '../wire.ts';
import { AMPLE, Plane } from './plane.ts';
import { type Chunk, type Scenario, scenario } from './scenarios.ts';

/** What TypeScript may do at any time between two calls. */
type Command =
  | { do: 'chunk' }
  | { do: 'take' | 'connect' | 'disconnect' | 'defer' | 'undefer'; slot: number }
  | { do: 'append'; slot: number; length: number }
  | { do: 'wait'; milliseconds: number }
  | { do: 'drop routes' | 'drop topics' };

const slot = fc.nat(5);
const command: Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: 'chunk' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('take', 'take', 'take', 'connect', 'disconnect', 'defer', 'undefer'),
      slot,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      slot,
      length: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 16_320 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), milliseconds: fc.nat(5000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('drop routes' as const, 'drop topics' as const) }),
  },
) as Arbitrary<Command>;

/** One kernel going through a sequence; `step` is what can be seen after each command. */
class Sequence {
  private readonly plane: Plane;
  private readonly one: Scenario;
  private now = 3000;
  private chunks = 0;

  constructor(plane: Plane, one: Scenario) {
    this.plane = plane;
    this.one = one;
    plane.reset();
    for (const state of one.receivers) plane.receiver(state);
    plane.setWord(NOW, this.now);
  }

  step(command: Command): unknown {
    return [this.carryOut(command), this.plane.snapshot()];
  }

  private carryOut(command: Command): unknown {
    const { one, plane } = this;
    const { receivers } = one;
    switch (command.do) {
      case 'chunk':
        return this.chunk(one.chunks[this.chunks++ % one.chunks.length]);
      case 'take':
        plane.setField(receivers[command.slot].slot, RECEIVER_ROOM, AMPLE);
        return hexOf(plane.take([receivers[command.slot].slot]));
      case 'connect':
      case 'disconnect':
        plane.setFlag(receivers[command.slot].slot, RECEIVER_CONNECTED, command.do === 'connect');
        return undefined;
      case 'defer':
      case 'undefer':
        plane.setFlag(receivers[command.slot].slot, RECEIVER_DEFERRED, command.do === 'defer');
        plane.setField(receivers[command.slot].slot, RECEIVER_SINCE, this.now);
        return undefined;
      case 'append':
        return plane.append(receivers[command.slot].slot, new Uint8Array(command.length).fill(command.slot));
      case 'wait':
        this.now += command.milliseconds;
        plane.setWord(NOW, this.now);
        return undefined;
      case 'drop routes':
        plane.kernel.dropRoutes();
        return undefined;
      default:
        plane.kernel.flushTopics();
        return undefined;
    }
  }

  /** Passes on a chunk; every row that is for TypeScript is approved, and what has to be delivered is delivered. */
  private chunk({ packets, publisher, version5 }: Chunk): unknown {
    const { one, plane } = this;
    const log: unknown[] = [];
    plane.load(join(...packets), version5);
    for (let row = 0, to = plane.rows, options = 0; row < plane.rows; ) {
      const stop = plane.forward({ version5, publisher, options }, row, to);
      log.push(stop, plane.exceptions());
      row = stop.row;
      if (stop.status === FORWARD_HOST && options === 0 && plane.topicOf(row) >= 0) {
        options = FORWARD_APPROVED;
        to = row + 1;
        continue;
      }
      switch (stop.status) {
        case FORWARD_ROUTE: {
          const { topic } = parsePublish(packets[row], version5 ? 5 : 4);
          plane.route(topic, one.routes.get(topic) ?? []);
          continue;
        }
        case FORWARD_PAGES: {
          for (const { slot: each, room = AMPLE, messageRoom = AMPLE } of one.receivers)
            plane.giveRoom(each, room, messageRoom);
          log.push(hexOf(plane.take()));
          continue;
        }
        case FORWARD_EXCEPTIONS:
          throw new Error('so many are not in any scenario');
        case FORWARD_HOST:
          row++;
          break;
        default:
          expect(stop.status).toBe(FORWARD_DONE);
      }
      plane.clearExceptions();
      options = 0;
      to = plane.rows;
    }
    return log;
  }
}

function hexOf(taken: Map<number, Uint8Array>): unknown {
  return Array.from(taken, ([each, bytes]) => [each, Buffer.from(bytes).toString('hex')]);
}

describe.runIf(hasWebAssembly())('the WebAssembly kernel and its twin leave the same in their memory', () => {
  const create = () => [new Plane('wasm'), new Plane('js')] as const;

  const agree = (planes: readonly [Plane, Plane], one: Scenario, commands: readonly Command[]): void => {
    const [wasm, js] = planes.map((plane) => new Sequence(plane, one));
    for (const each of commands) expect(wasm.step(each)).toEqual(js.step(each));
  };

  it('after every step of any sequence', () => {
    const planes = create();
    const property = fc.property(scenario, fc.array(command, { maxLength: 25 }), (one, commands) =>
      agree(planes, one, commands),
    );
    fc.assert(property, { numRuns: runs(150) });
  });

  it('also when there are hardly any pages', () => {
    const property = fc.property(
      scenario,
      fc.array(command, { maxLength: 25 }),
      fc.nat(4),
      fc.integer({ min: 1, max: 3 }),
      (one, commands, small, large) => {
        const planes = create();
        for (const plane of planes) plane.leavePages(small, large);
        agree(planes, one, commands);
      },
    );
    fc.assert(property, { numRuns: runs(40) });
  });
});
