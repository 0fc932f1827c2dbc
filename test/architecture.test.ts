import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = resolve(import.meta.dirname, '../src');
const KERNEL_SOURCE = resolve(import.meta.dirname, '../assembly');

/** The rooms from the ground up: a room may import from itself and from rooms of a lower number. */
const LEVEL: Record<string, number> = {
  protocol: 0,
  kernel: 1,
  topics: 2,
  decode: 3,
  encode: 3,
  node: 4,
  'mqtt-packet': 4,
  qlobber: 4,
  forward: 5,
  broker: 6,
  cli: 7,
};
/** From here on a room may use Node's own modules. */
const FIRST_NODE_LEVEL = LEVEL.forward;

/** Libraries that are bundled, by the rooms that use them; optional packages are imported when they are needed. */
const BUNDLED: Record<string, readonly string[]> = {
  broker: ['valibot'],
  cli: ['valibot', 'commander'],
};

/** The memory maps, and the rooms that may know them. */
const MAP_READERS: Record<string, readonly string[]> = {
  'layout.ts': ['kernel', 'decode', 'forward'],
  'filters/layout.ts': ['kernel', 'topics'],
  'forward/layout.ts': ['kernel', 'forward'],
};

interface Import {
  file: string;
  room: string;
  target: string;
}

function imports(): Import[] {
  const found: Import[] = [];
  for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(SOURCE, path);
    const room = file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
    for (const match of readFileSync(path, 'utf8').matchAll(/^(?:import|export)\s[^;']*?from '([^']+)'/gm)) {
      const [, specifier] = match;
      const target = specifier.startsWith('.') ? resolve(entry.parentPath, specifier) : specifier;
      found.push({ file, room, target });
    }
  }
  return found;
}

const all = imports();
const inRooms = all.filter(({ room }) => room !== '');

describe('the rooms of src/', () => {
  it('have a level each', () => {
    const rooms = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of rooms) expect(Object.keys(LEVEL)).toContain(name);
    expect(inRooms.length).toBeGreaterThan(100);
  });

  it('import one way only', () => {
    const upwards = inRooms.filter(({ room, target }) => {
      if (!target.startsWith(`${SOURCE}/`)) return false;
      const other = relative(SOURCE, target).split('/')[0];
      return other !== room && !(LEVEL[other] < LEVEL[room]);
    });
    expect(upwards).toEqual([]);
  });

  it('use Node modules only where a browser never comes', () => {
    const wrong = inRooms.filter(
      ({ room, target }) =>
        !target.startsWith('/') &&
        !(target.startsWith('node:') && LEVEL[room] >= FIRST_NODE_LEVEL) &&
        BUNDLED[room]?.includes(target) !== true,
    );
    expect(wrong).toEqual([]);
  });

  it('take nothing from the kernel source but its memory maps', () => {
    const taken = all.filter(({ target }) => target.startsWith(`${KERNEL_SOURCE}/`));
    for (const { room, target } of taken) {
      const map = relative(KERNEL_SOURCE, target);
      expect(Object.keys(MAP_READERS)).toContain(map);
      expect(MAP_READERS[map]).toContain(room);
    }
    expect(taken.length).toBeGreaterThan(10);
  });
});
