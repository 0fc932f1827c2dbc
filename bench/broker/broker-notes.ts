/** What the notes of all suites that load brokers say about these. */
import type { LoadSettings } from '../settings.ts';
import { AEDES_WITH_OURS, aedesVersion, externalName, mosquittoVersion } from './broker-process.ts';

/** The brokers, their versions and settings, and those that are missing. */
export function brokerNotes({ broker }: LoadSettings): string[] {
  const mosquitto = mosquittoVersion();
  const aedes = aedesVersion();
  return [
    mosquitto === undefined
      ? 'mosquitto is not installed and therefore missing.'
      : `mosquitto ${mosquitto}: max_inflight_messages 0, max_queued_messages 0, set_tcp_nodelay true, persistence false.`,
    aedes === undefined
      ? 'aedes is not installed and therefore missing.'
      : `aedes ${aedes}: concurrency 100 and queueLimit 42, its defaults (1,000 and 10,000 are slower here), sockets without ` +
        `delay; it does not know MQTT 5.0. ${AEDES_WITH_OURS}: the same, and this package wherever it imports mqtt-packet.`,
    'wasmqtt: defaults. No $SYS topics where that can be chosen.',
    ...(broker === undefined
      ? []
      : [
          `${externalName(broker)}: started by somebody else, with whatever settings, where the system puts it. ` +
            (broker.pid === undefined
              ? 'Without the number of its process (--pid) neither CPU time nor memory is known.'
              : `CPU time and memory of process ${broker.pid} alone.`),
        ]),
  ];
}
