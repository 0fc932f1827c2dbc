import type { PacketCommand } from '../protocol/packet-types.ts';
import { isReasonCode, REASON_CODE_CLAUSES, reasonCodeSender } from '../protocol/reason-codes.ts';
import type { PacketReader } from './reader.ts';

/** Reads a reason code of MQTT 5.0 and checks that the packet may carry it, sent by who sends it. */
export function readReasonCode(reader: PacketReader, command: PacketCommand): number {
  const start = reader.position;
  const code = reader.uint8();
  checkReasonCode(reader, command, code, start);
  return code;
}

/** Checks a reason code that was read, or that is implied by its absence. */
export function checkReasonCode(
  reader: PacketReader,
  command: PacketCommand,
  code: number,
  position: number,
): void {
  if (!isReasonCode(command, code)) {
    reader.check('REASON_CODE', position, REASON_CODE_CLAUSES[command], hexadecimal(code));
  }
  const sender = reader.settings.sender;
  if (sender !== undefined && (reasonCodeSender(command, code) ?? sender) !== sender) {
    reader.check(
      'REASON_CODE',
      position,
      REASON_CODE_CLAUSES[command],
      `${hexadecimal(code)} from a ${sender}`,
    );
  }
}

function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
