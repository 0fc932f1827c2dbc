export { encode, encodedLength, encodeInto } from './encode.ts';
export type { EncodeOptions } from './options.ts';
export type { PublishDelivery } from './publish.ts';
export { PublishTemplate } from './publish-template.ts';
