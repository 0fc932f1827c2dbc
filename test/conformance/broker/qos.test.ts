import { brokerConformance } from './row.ts';
import { rows as qos1 } from './rows/qos1.ts';
import { rows as qos2Receiver } from './rows/qos2-receiver.ts';
import { rows as qos2Sender } from './rows/qos2-sender.ts';
import { rows as redelivery } from './rows/redelivery.ts';

brokerConformance([...qos1, ...qos2Sender, ...qos2Receiver, ...redelivery]);
