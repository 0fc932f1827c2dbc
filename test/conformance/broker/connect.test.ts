import { brokerConformance } from './row.ts';
import { rows as clientIdentifier } from './rows/client-identifier.ts';
import { rows as clientLimits } from './rows/client-limits.ts';
import { rows as connack } from './rows/connack.ts';
import { rows as connect } from './rows/connect.ts';
import { rows as limits } from './rows/limits.ts';

brokerConformance([...connect, ...clientIdentifier, ...connack, ...limits, ...clientLimits]);
