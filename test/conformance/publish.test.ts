import { rows } from './rows/publish.ts';
import { conformance } from './run.ts';

conformance(rows);
