import { generate } from './generate.ts';
import { parser } from './parser.ts';
import { writeToStream } from './write-to-stream.ts';

export type * from './types.ts';
export { generate, parser, writeToStream };

/** What `import mqtt from 'mqtt-packet'` and `require('mqtt-packet').default` give. */
export default { parser, generate, writeToStream };
