import { brokerConformance } from './row.ts';
import { rows as acknowledgements } from './rows/acknowledgements.ts';
import { rows as properties } from './rows/properties.ts';
import { rows as publish } from './rows/publish.ts';
import { rows as receiveMaximum } from './rows/receive-maximum.ts';
import { rows as retained } from './rows/retained.ts';
import { rows as topicAlias } from './rows/topic-alias.ts';

brokerConformance([
  ...acknowledgements,
  ...properties,
  ...publish,
  ...receiveMaximum,
  ...retained,
  ...topicAlias,
]);
