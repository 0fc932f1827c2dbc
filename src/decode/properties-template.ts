import type { PropertiesOf, UserProperties } from '../protocol/properties.ts';
import type { PacketSettings } from './options.ts';
import { readBlock } from './properties.ts';
import { PacketReader } from './reader.ts';

/** Decodes the property block of a PUBLISH, without its length, that fills `block`. The kernel has checked it. */
export function readPropertyBlock(block: Uint8Array, settings: PacketSettings): PropertiesOf<'publish'> {
  const reader = new PacketReader(block, 0, 0, block.length, settings);
  return readBlock(reader, block.length, 'publish');
}

/**
 * The decoded form of a property block that the kernel has interned. Each packet gets an object of its own, since it
 * belongs to whoever receives the packet; copying one costs a third of decoding the block again.
 */
export class PropertiesTemplate {
  private readonly properties: PropertiesOf<'publish'>;
  /** Values that are objects themselves have to be copied too. */
  private readonly isFlat: boolean;

  constructor(properties: PropertiesOf<'publish'>) {
    this.properties = properties;
    this.isFlat = Object.values(properties).every((value) => typeof value !== 'object');
  }

  make(): PropertiesOf<'publish'> {
    const copy = { ...this.properties };
    return this.isFlat ? copy : copyNested(copy);
  }
}

function copyNested(properties: PropertiesOf<'publish'>): PropertiesOf<'publish'> {
  const { subscriptionIdentifier, userProperties } = properties;
  if (Array.isArray(subscriptionIdentifier)) properties.subscriptionIdentifier = [...subscriptionIdentifier];
  if (userProperties !== undefined) {
    const copy: UserProperties = Object.assign(Object.create(null), userProperties);
    for (const name in copy) {
      const value = copy[name];
      if (typeof value !== 'string') copy[name] = [...value];
    }
    properties.userProperties = copy;
  }
  return properties;
}
