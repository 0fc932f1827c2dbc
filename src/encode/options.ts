import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import { PACKET_TYPES, type PacketCommand, type ProtocolVersion } from '../protocol/packet-types.ts';
import type { Strictness } from '../protocol/rules.ts';
import { describe, fail } from './fail.ts';

/** Options of `encode`, `encodedLength` and `encodeInto`. All are optional. */
export interface EncodeOptions {
  /** Protocol version to encode for; a CONNECT's own `protocolVersion` wins. Default 4 (MQTT 3.1.1). */
  protocolVersion?: ProtocolVersion | undefined;
  /** How much of the specification is enforced. Default `spec`. */
  strictness?: Strictness | undefined;
  /**
   * How the MQTT 5.0 acknowledgements, DISCONNECT and AUTH end. `shortest` (the default) leaves out what may be left
   * out; `mqtt-packet` is byte for byte what npm mqtt-packet writes, with the reason code and the property length.
   */
  layout?: Layout | undefined;
  /** Largest packet to make, in bytes, fixed header included. Default 268,435,460, the protocol's own limit. */
  maxPacketSize?: number | undefined;
}

/** How packets end whose last fields may be left out. */
export type Layout = 'shortest' | 'mqtt-packet';

/** What encoding one packet depends on, and what its errors name. */
export interface PacketContext {
  readonly packetType: PacketCommand | undefined;
  readonly protocolVersion: ProtocolVersion;
  readonly strictness: Strictness;
  readonly layout: Layout;
}

/** The contexts of all packet types in one version at one strictness; made once, so that encoding makes none. */
export type EncodeSettings = { readonly [Command in PacketCommand]: PacketContext } & {
  readonly none: PacketContext;
};

const VERSIONS: readonly ProtocolVersion[] = [3, 4, 5];
const STRICTNESSES: readonly Strictness[] = ['compat', 'spec', 'strict'];
const LAYOUTS: readonly Layout[] = ['shortest', 'mqtt-packet'];

const SETTINGS: readonly EncodeSettings[] = VERSIONS.flatMap((protocolVersion) =>
  STRICTNESSES.flatMap((strictness) =>
    LAYOUTS.map((layout) => {
      const settings: Record<string, PacketContext> = {
        none: { packetType: undefined, protocolVersion, strictness, layout },
      };
      for (const packetType of Object.keys(PACKET_TYPES) as PacketCommand[]) {
        settings[packetType] = { packetType, protocolVersion, strictness, layout };
      }
      return settings as EncodeSettings;
    }),
  ),
);

/** The context of errors in the options themselves. */
const NO_PACKET: PacketContext = {
  packetType: undefined,
  protocolVersion: 4,
  strictness: 'spec',
  layout: 'shortest',
};

/** The settings for a version, a strictness and a layout. Throws PROTOCOL_VERSION or FIELD_INVALID if there are none. */
export function settingsFor(
  protocolVersion: ProtocolVersion,
  strictness: Strictness,
  layout: Layout,
  context: PacketContext = NO_PACKET,
): EncodeSettings {
  const version = VERSIONS.indexOf(protocolVersion);
  if (version < 0) fail('PROTOCOL_VERSION', context, `protocolVersion is ${describe(protocolVersion)}`);
  const level = STRICTNESSES.indexOf(strictness);
  if (level < 0) fail('FIELD_INVALID', context, `strictness is ${describe(strictness)}`);
  const ending = LAYOUTS.indexOf(layout);
  if (ending < 0) fail('FIELD_INVALID', context, `layout is ${describe(layout)}`);
  return SETTINGS[(version * STRICTNESSES.length + level) * LAYOUTS.length + ending];
}

const DEFAULT_SETTINGS = settingsFor(4, 'spec', 'shortest');

/** Fills in the defaults. */
export function encodeSettings(options: EncodeOptions | undefined): EncodeSettings {
  if (options === undefined || options === null) return DEFAULT_SETTINGS;
  const { protocolVersion = 4, strictness = 'spec', layout = 'shortest' } = options;
  return settingsFor(protocolVersion, strictness, layout);
}

/** The largest packet allowed, in bytes. Throws FIELD_INVALID where the option is no size. */
export function packetSizeLimit(options: EncodeOptions | undefined): number {
  const size = options?.maxPacketSize;
  if (size === undefined) return MAX_PACKET_SIZE;
  if (typeof size !== 'number' || !(size >= 0)) {
    fail('FIELD_INVALID', NO_PACKET, `maxPacketSize is ${describe(size)}`);
  }
  return Math.min(size, MAX_PACKET_SIZE);
}
