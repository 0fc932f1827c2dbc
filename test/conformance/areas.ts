import type { Row } from './cases.ts';
import { rows as acknowledgements } from './rows/acknowledgements.ts';
import { rows as connect } from './rows/connect.ts';
import { rows as disconnectAuth } from './rows/disconnect-auth.ts';
import { rows as fixedHeader } from './rows/fixed-header.ts';
import { rows as properties } from './rows/properties.ts';
import { rows as publish } from './rows/publish.ts';
import { rows as strings } from './rows/strings.ts';
import { rows as subscribe } from './rows/subscribe.ts';
import { rows as topics } from './rows/topics.ts';

/** The rows that each test file in this folder covers. */
export const AREAS: { readonly [testFile: string]: readonly Row[] } = {
  'strings.test.ts': strings,
  'fixed-header.test.ts': fixedHeader,
  'connect.test.ts': connect,
  'publish.test.ts': publish,
  'acknowledgements.test.ts': acknowledgements,
  'subscribe.test.ts': subscribe,
  'properties.test.ts': properties,
  'disconnect-auth.test.ts': disconnectAuth,
  'topics.test.ts': topics,
};
