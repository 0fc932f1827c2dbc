import { rows } from './rows/acknowledgements.ts';
import { conformance } from './run.ts';

conformance(rows);
