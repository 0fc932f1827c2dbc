import { brokerConformance } from './row.ts';
import { rows as authentication } from './rows/authentication.ts';
import { rows as reauthentication } from './rows/reauthentication.ts';

brokerConformance([...authentication, ...reauthentication]);
