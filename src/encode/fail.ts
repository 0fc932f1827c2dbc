import { MqttError } from '../protocol/errors.ts';
import type { Clause } from '../protocol/fields.ts';
import { enforces, type RuleCode } from '../protocol/rules.ts';
import type { PacketContext } from './options.ts';

/** Throws an `MqttError` about the packet of `context`. */
export function fail(code: RuleCode, context: PacketContext, detail?: string, clause?: Clause): never {
  const { packetType, protocolVersion } = context;
  const statement = typeof clause === 'object' ? clause[protocolVersion === 5 ? 1 : 0] : clause;
  throw new MqttError(code, { packetType, protocolVersion, detail, clause: statement });
}

/** The same if the strictness enforces the rule; otherwise the caller goes on. */
export function failIfEnforced(
  code: RuleCode,
  context: PacketContext,
  detail?: string,
  clause?: Clause,
): void {
  if (enforces(context.strictness, code)) fail(code, context, detail, clause);
}

/** Any value in a few characters, for the sentence of an error. Runs no code of the caller. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    default:
      return `a ${typeof value}`;
  }
}
