import {
  OPTION_CHECK_PAYLOAD,
  OPTION_NO_SUBSCRIPTION_IDENTIFIER,
  OPTION_REFUSED_TYPES_SHIFT,
  OPTION_VERSION_5,
} from '../../assembly/layout.ts';
import { MqttError } from '../protocol/errors.ts';
import { MAX_PACKET_SIZE } from '../protocol/limits.ts';
import type { ProtocolVersion } from '../protocol/packet-types.ts';
import { refusedTypes } from './fixed-header.ts';
import { byteCount, type DecoderOptions, type PacketSettings, packetSettings } from './options.ts';

/** What decoding depends on and a CONNECT changes: the protocol version, and how large a packet may be. */
export class ConnectionState {
  settings: PacketSettings;
  /** The settings as the kernel's `scan` takes them. */
  scanOptions = 0;
  /** Largest packet accepted, in bytes. */
  maximum = 0;
  private readonly options: DecoderOptions;
  private readonly beforeConnect: number;
  private readonly afterConnect: number;
  private connected = false;

  constructor(options: DecoderOptions) {
    this.options = { ...options };
    const { maxPacketSize = MAX_PACKET_SIZE, maxPacketSizeBeforeConnect = maxPacketSize } = options;
    this.afterConnect = byteCount('maxPacketSize', maxPacketSize, 1);
    this.beforeConnect = byteCount('maxPacketSizeBeforeConnect', maxPacketSizeBeforeConnect, 1);
    this.settings = packetSettings(options);
    this.apply();
  }

  /** Forgets the CONNECT. */
  reset(): void {
    this.settings = packetSettings(this.options);
    this.connected = false;
    this.apply();
  }

  /** What comes after a CONNECT is decoded by the version that it names, if it names one, and may be larger. */
  follow(version: ProtocolVersion | 0): void {
    const changed = version !== 0 && version !== this.settings.protocolVersion;
    if (!changed && this.connected) return;
    this.connected = true;
    if (changed) this.useVersion(version);
    else this.apply();
  }

  /** What comes next is decoded by this version. */
  useVersion(version: ProtocolVersion): void {
    if (version === this.settings.protocolVersion) return;
    this.settings = { ...this.settings, protocolVersion: version };
    this.apply();
  }

  /** The error of a packet of `total` bytes, if that is too large. */
  sizeError(firstByte: number, total: number): MqttError | undefined {
    if (total <= this.maximum) return undefined;
    return new MqttError('PACKET_TOO_LARGE', {
      firstByte,
      offset: 1,
      protocolVersion: this.settings.protocolVersion,
      detail: `${total} bytes, the limit is ${this.maximum}`,
    });
  }

  private apply(): void {
    const { protocolVersion, sender, strictness } = this.settings;
    this.scanOptions =
      (protocolVersion === 5 ? OPTION_VERSION_5 : 0) |
      (sender === 'client' ? OPTION_NO_SUBSCRIPTION_IDENTIFIER : 0) |
      (strictness === 'strict' ? OPTION_CHECK_PAYLOAD : 0) |
      (refusedTypes(this.settings) << OPTION_REFUSED_TYPES_SHIFT);
    this.maximum = this.connected ? this.afterConnect : this.beforeConnect;
  }
}
