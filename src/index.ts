export { Decoder, type DecoderOptions, decode } from './decode/index.ts';
export { type EncodeOptions, encode, encodedLength, encodeInto } from './encode/index.ts';
export { init, type KernelChoice } from './kernel/choice.ts';
export type { KernelName } from './kernel/kernel.ts';
export { type ErrorPlace, MqttError } from './protocol/errors.ts';
export { MAX_PACKET_SIZE, MAX_REMAINING_LENGTH } from './protocol/limits.ts';
export {
  PACKET_TYPES,
  type PacketCommand,
  type ProtocolVersion,
  type Sender,
} from './protocol/packet-types.ts';
export type * from './protocol/packets.ts';
export {
  PROPERTIES,
  type PropertiesOf,
  type PropertyName,
  type PropertyOwner,
  type UserProperties,
} from './protocol/properties.ts';
export { REASON_CODES } from './protocol/reason-codes.ts';
export { RULES, type RuleCode, type Strictness } from './protocol/rules.ts';
export { matches } from './topics/matches.ts';
