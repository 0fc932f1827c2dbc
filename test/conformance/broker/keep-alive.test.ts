import { brokerConformance } from './row.ts';
import { rows } from './rows/keep-alive.ts';

brokerConformance(rows);
