/** Statements that neither a codec nor a broker can show, by id and version, with the reason. */
export const CLIENT_SIDE: { readonly [statement: string]: string } = {
  'MQTT-3.1.2-20 (5)': 'for clients: when to send PINGREQ is the application’s part',
  'MQTT-3.2.2-4 (5)': 'for clients: the broker cannot see what a client has kept',
  'MQTT-3.2.2-5 (5)': 'for clients: the broker cannot see what a client has kept',
};
