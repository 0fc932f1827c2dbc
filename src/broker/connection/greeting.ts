const CONNECT_FIRST_BYTE = 0x10;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;
const HTTP_METHOD = /^(GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|TRACE|CONNECT|PRI) /;

/** Bytes from the start of a connection that tell what it speaks: enough for the protocol level of a CONNECT. */
export const GREETING_LENGTH = 16;

/** What a connection speaks whose first bytes are no MQTT, for the log; `undefined` if they begin a CONNECT. */
export function describeGreeting(bytes: Uint8Array): string | undefined {
  if (bytes[0] === CONNECT_FIRST_BYTE) return undefined;
  if (bytes[0] === TLS_HANDSHAKE && (bytes.length < 2 || bytes[1] === TLS_MAJOR_VERSION)) {
    return 'looks like a TLS client';
  }
  const text = String.fromCharCode(...bytes.subarray(0, GREETING_LENGTH));
  if (HTTP_METHOD.test(text)) return 'looks like an HTTP request';
  return `begins with byte 0x${bytes[0].toString(16).padStart(2, '0')}, which is not CONNECT`;
}

/** The protocol level that a CONNECT asks for, read from the first bytes of the connection; 0 if it is not there. */
export function requestedProtocolLevel(bytes: Uint8Array): number {
  let p = 1;
  while (p < 5 && bytes[p] >= 0x80) p++;
  const name = p + 1;
  const nameLength = bytes[name] * 256 + bytes[name + 1];
  return bytes[name + 2 + nameLength] ?? 0;
}
