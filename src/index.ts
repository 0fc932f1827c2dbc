export { Decoder, type DecoderOptions, decode } from './decode/index.ts';
export {
  type EncodeOptions,
  encode,
  encodedLength,
  encodeInto,
  type PublishDelivery,
  PublishTemplate,
} from './encode/index.ts';
export { init, type KernelChoice } from './kernel/choice.ts';
export type { KernelName } from './kernel/kernel.ts';
export * from './mqtt-packet/index.ts';
// mqtt-packet's name is the name of its type; the exact type of what a decoder returns has one of its own
export { default, type Packet } from './mqtt-packet/index.ts';
export type { PacketWriterOptions } from './node/options.ts';
export type { PacketSink } from './node/packet-sink.ts';
export { PacketWriter } from './node/packet-writer.ts';
export { SlabPool } from './node/slab-pool.ts';
export { type ErrorPlace, MqttError } from './protocol/errors.ts';
export { MAX_PACKET_SIZE, MAX_REMAINING_LENGTH } from './protocol/limits.ts';
export {
  PACKET_TYPES,
  type PacketCommand,
  type ProtocolVersion,
  type Sender,
} from './protocol/packet-types.ts';
export type * from './protocol/packets.ts';
export type { Packet as DecodedPacket } from './protocol/packets.ts';
export {
  PROPERTIES,
  type PropertiesOf,
  type PropertyName,
  type PropertyOwner,
  type UserProperties,
} from './protocol/properties.ts';
export { REASON_CODES } from './protocol/reason-codes.ts';
export { RULES, type RuleCode, type Strictness } from './protocol/rules.ts';
export { Qlobber, QlobberDedup, type QlobberOptions, QlobberTrue } from './qlobber/index.ts';
export * from './topics/index.ts';
