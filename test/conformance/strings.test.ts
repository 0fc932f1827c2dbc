import { rows } from './rows/strings.ts';
import { conformance } from './run.ts';

conformance(rows);
