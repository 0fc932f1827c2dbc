import { rows } from './rows/fixed-header.ts';
import { conformance } from './run.ts';

conformance(rows);
