import { CHUNK, CHUNK_LIMIT } from '../../assembly/layout.ts';
import { viewBytes } from '../decode/views.ts';
import { createForwardKernel } from '../kernel/forward/choice.ts';
import { PUBLISH_QOS_SHIFT, PUBLISH_RETAIN } from '../protocol/packet-types.ts';
import type { Connection } from './connection.ts';
import type { ForwarderSettings } from './options.ts';
import { Outboxes } from './outboxes.ts';
import { Publication } from './publication.ts';
import { Publisher } from './publisher.ts';

const QOS_BITS = 3 << PUBLISH_QOS_SHIFT;

/** What the connections of a Forwarder share. */
export class Plane {
  readonly outboxes: Outboxes;
  readonly publisher: Publisher;
  /** Where sockets read to. */
  readonly area: Uint8Array;
  readonly connections = new Set<Connection>();
  /** The connection whose handler is called, and the PUBLISH it is called with. */
  reader: Connection | undefined = undefined;
  readonly publication: Publication;
  bytesReceived = 0;
  private readonly inspected: number;
  private readonly inspectTopic: ((topic: string) => boolean) | undefined;

  /** Throws an Error when the kernel asked for does not run here. */
  constructor(settings: ForwarderSettings) {
    const kernel = createForwardKernel(settings.kernel);
    this.outboxes = new Outboxes(kernel, settings);
    this.publisher = new Publisher(this.outboxes);
    this.publication = new Publication(kernel, this.publisher.stage);
    this.area = viewBytes(kernel.memory.bytes, CHUNK, CHUNK + CHUNK_LIMIT);
    this.inspected = QOS_BITS | (settings.inspectRetained ? PUBLISH_RETAIN : 0);
    this.inspectTopic = settings.inspectTopic;
  }

  /** Whether the PUBLISH that was read last goes to the handler. */
  get isInspected(): boolean {
    const { frame } = this.publication;
    return (frame.first & this.inspected) !== 0 || this.inspectTopic?.(this.publication.topic) === true;
  }
}
