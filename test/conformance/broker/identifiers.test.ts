import { brokerConformance } from './row.ts';
import { rows } from './rows/identifiers.ts';

brokerConformance(rows);
