/** The tables of the documents, by the names of their blocks. */
import type { Table } from '../table.ts';
import { BROKER_TABLES } from './brokers.ts';
import { CODEC_TABLES } from './codec.ts';
import { FORWARD_TABLES } from './forward.ts';
import { README_TABLES } from './readme.ts';
import { TOPIC_TABLES } from './topics.ts';

export const TABLES: Readonly<Record<string, Table>> = {
  ...README_TABLES,
  ...CODEC_TABLES,
  ...TOPIC_TABLES,
  ...FORWARD_TABLES,
  ...BROKER_TABLES,
};
