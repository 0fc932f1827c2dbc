import { rows } from './rows/connect.ts';
import { conformance } from './run.ts';

conformance(rows);
