import type { Duplex } from 'node:stream';
import { MAX_PACKET_SIZE } from '../../protocol/limits.ts';
import type { ProtocolVersion } from '../../protocol/packet-types.ts';
import type { ConnectPacket } from '../../protocol/packets.ts';
import type { StoredSubscription } from '../../topics/types.ts';
import { ADMINISTRATIVE_ACTION } from '../reason-codes.ts';
import type { AuthenticationRequest, Client, DisconnectReason } from '../types.ts';
import type { ClientConnection } from './client-connection.ts';

const DEFAULT_RECEIVE_MAXIMUM = 65_535;
const NO_SUBSCRIPTIONS: ReadonlyMap<string, StoredSubscription> = new Map();

/** A client as hooks, events and `broker.clients` show it. */
export class ConnectedClient implements Client, AuthenticationRequest {
  readonly id: string;
  readonly connect: ConnectPacket;
  readonly protocolVersion: ProtocolVersion;
  readonly receiveMaximum: number;
  readonly maximumPacketSize: number;
  readonly topicAliasMaximum: number;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  keepAlive: number;
  data: unknown = undefined;
  private readonly connection: ClientConnection;

  constructor(connection: ClientConnection, connect: ConnectPacket, id: string) {
    const { keepalive, properties, protocolVersion } = connect;
    this.connection = connection;
    this.id = id;
    this.connect = connect;
    this.protocolVersion = protocolVersion;
    this.keepAlive = keepalive;
    this.receiveMaximum = properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM;
    this.maximumPacketSize = properties?.maximumPacketSize ?? MAX_PACKET_SIZE;
    this.topicAliasMaximum = properties?.topicAliasMaximum ?? 0;
    this.remoteAddress = connection.remoteAddress;
    this.remotePort = connection.remotePort;
  }

  get clientId(): string {
    return this.connect.clientId;
  }

  get username(): string | undefined {
    return this.connect.username;
  }

  get password(): Uint8Array | undefined {
    return this.connect.password;
  }

  get clean(): boolean {
    return this.connect.clean;
  }

  get sessionExpiryInterval(): number {
    return this.connection.session?.expiryInterval ?? 0;
  }

  get isConnected(): boolean {
    return this.connection.session !== undefined && this.connection.isOpen;
  }

  get stream(): Duplex {
    return this.connection.stream;
  }

  get subscriptions(): ReadonlyMap<string, StoredSubscription> {
    return this.connection.session?.subscriptions ?? NO_SUBSCRIPTIONS;
  }

  disconnect({ reasonCode = ADMINISTRATIVE_ACTION, ...rest }: DisconnectReason = {}): void {
    this.connection.disconnect({
      ...rest,
      reasonCode,
      reason: rest.reasonString ?? 'disconnected by the server',
      publishesWill: reasonCode !== 0,
    });
  }
}
