export { decode } from './decode.ts';
export { Decoder } from './decoder.ts';
export type { DecoderOptions } from './options.ts';
