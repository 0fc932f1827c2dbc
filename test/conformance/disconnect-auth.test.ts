import { rows } from './rows/disconnect-auth.ts';
import { conformance } from './run.ts';

conformance(rows);
