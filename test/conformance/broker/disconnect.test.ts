import { brokerConformance } from './row.ts';
import { rows as disconnect } from './rows/disconnect.ts';
import { rows as errors } from './rows/errors.ts';

brokerConformance([...disconnect, ...errors]);
