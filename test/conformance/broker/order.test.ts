import { brokerConformance } from './row.ts';
import { rows as flowControl } from './rows/flow-control.ts';
import { rows as ordering } from './rows/ordering.ts';

brokerConformance([...ordering, ...flowControl]);
