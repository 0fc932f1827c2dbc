/** Largest remaining length that four bytes can carry, in bytes (MQTT311 section 2.2.3, MQTT5 section 1.5.5). */
export const MAX_REMAINING_LENGTH = 268_435_455;

/** Largest control packet: first byte, four bytes of remaining length and what they announce, in bytes. */
export const MAX_PACKET_SIZE = MAX_REMAINING_LENGTH + 5;

/** Longest UTF-8 encoded string or binary data with a two-byte length, in bytes (MQTT-4.7.3-3). */
export const MAX_STRING_LENGTH = 65_535;

/** Largest packet identifier; the smallest is 1 (MQTT-2.2.1-3). */
export const MAX_PACKET_IDENTIFIER = 65_535;
