export { encode, encodedLength, encodeInto } from './encode.ts';
export type { EncodeOptions } from './options.ts';
