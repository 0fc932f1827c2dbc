import { brokerConformance } from './row.ts';
import { rows as session } from './rows/session.ts';
import { rows as sessionExpiry } from './rows/session-expiry.ts';
import { rows as takeover } from './rows/takeover.ts';

brokerConformance([...session, ...sessionExpiry, ...takeover]);
