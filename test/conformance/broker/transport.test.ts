import { brokerConformance } from './row.ts';
import { rows } from './rows/transport.ts';

brokerConformance(rows);
