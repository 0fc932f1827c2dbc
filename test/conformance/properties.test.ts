import { rows } from './rows/properties.ts';
import { conformance } from './run.ts';

conformance(rows);
