import { brokerConformance } from './row.ts';
import { rows as will } from './rows/will.ts';
import { rows as willDelay } from './rows/will-delay.ts';

brokerConformance([...will, ...willDelay]);
