import { brokerConformance } from './row.ts';
import { rows as shared } from './rows/shared.ts';
import { rows as suback } from './rows/suback.ts';
import { rows as subscribe } from './rows/subscribe.ts';
import { rows as subscriptionOptions } from './rows/subscription-options.ts';
import { rows as topics } from './rows/topics.ts';
import { rows as unsubscribe } from './rows/unsubscribe.ts';

brokerConformance([...shared, ...suback, ...subscribe, ...subscriptionOptions, ...topics, ...unsubscribe]);
