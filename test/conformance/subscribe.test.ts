import { rows } from './rows/subscribe.ts';
import { conformance } from './run.ts';

conformance(rows);
