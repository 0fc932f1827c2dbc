/** What the notes of all suites that use these clients say about them. */

export const CLIENT_NOTES: readonly string[] = [
  'The clients are one process of this package on another processor. They check that every message arrives once, in the order ' +
    'of its publisher and with the same bytes, and that every acknowledgement is due; clean sessions, TCP without delay.',
  "clients' ceiling: messages per CPU second of the clients themselves. Where a broker's rate comes near it, the clients are " +
    'what is measured. Without the time that they turn the event loop until the next message is due.',
];

export const CLOSED_LOOP_NOTE =
  'Closed loop: a message is sent as soon as one before it has arrived everywhere and is acknowledged, so that the broker sets ' +
  'the pace. What is measured is how many messages it passes on; p50 and so on, from the write of a message to its arrival, ' +
  'say how long the queue is that this makes.';

export const OPEN_LOOP_NOTES: readonly string[] = [
  'Open loop: messages are due at fixed times, evenly spread and in turn over the publishers, whatever the broker does ' +
    'meanwhile. Latency is from the time when a message was due, not sent, to its arrival: if the broker, or the clients, come ' +
    'to a standstill, all messages that were due meanwhile have waited (no coordinated omission). HDR histogram, 3 digits.',
  'What has not arrived a second after the time is over counts with the time that it has waited until then, and as lost; the ' +
    'broker is then started anew.',
  'clients late: p99 of how much later than it was due the clients came to send a message, which is part of the latency. Timers ' +
    'of Node are exact to a millisecond, so the clients turn the event loop while something is due within 2 ms; a turn takes ' +
    'some microseconds, longer if messages are sent and received in it.',
];

export const LOST_NOTE =
  'lost: messages that did not arrive, or not in time. A broker may drop those with QoS 0; if one with QoS 1 or 2 is lost for ' +
  'good, the run fails.';
