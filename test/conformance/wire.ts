/** Hex of the UTF-8 bytes of `text`. */
export function ascii(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

const count = (hexText: string) => hexText.replace(/\s/g, '').length / 2;
const digits = (value: number, width: number) => value.toString(16).padStart(width, '0');

/** Hex of bytes with their two-byte length in front. */
export function field(hexText: string): string {
  return `${digits(count(hexText), 4)} ${hexText}`;
}

/** Hex of an MQTT string: two-byte length, UTF-8. */
export function string(text: string): string {
  return field(ascii(text));
}

/** Hex of a variable byte integer. */
export function varint(value: number): string {
  return value < 128
    ? digits(value, 2)
    : `${digits((value % 128) + 128, 2)} ${varint(Math.floor(value / 128))}`;
}

/** Hex of a property block with its length in front. */
export function properties(...hexTexts: string[]): string {
  const block = hexTexts.join(' ');
  return `${varint(count(block))} ${block}`;
}

/** Hex of a packet: first byte, remaining length, body. */
export function packet(firstByte: string, ...body: string[]): string {
  const hexText = body.join(' ');
  return `${firstByte} ${varint(count(hexText))} ${hexText}`;
}

/** The start of a CONNECT's body up to the connect flags, and its keep alive of 60 seconds. */
export const MQTT_311 = '0004 4D515454 04';
export const MQTT_5 = '0004 4D515454 05';
export const KEEP_ALIVE = '003C';
