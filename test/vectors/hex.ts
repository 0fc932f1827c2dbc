/** Bytes from hex digits; whitespace and `// comments` to the end of the line are ignored. */
export function hex(text: string): Buffer {
  const digits = text.replace(/\/\/.*/g, '').replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new Error(`not hexadecimal: ${digits}`);
  return Buffer.from(digits, 'hex');
}

/** The UTF-8 bytes of a text, as a payload or other binary data in a vector. */
export function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
