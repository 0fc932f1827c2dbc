import { rows } from './rows/topics.ts';
import { conformance } from './run.ts';

conformance(rows);
