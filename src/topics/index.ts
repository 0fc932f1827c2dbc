export { matches } from './matches.ts';
export { TopicIndex } from './topic-index.ts';
export { type PagesOptions, TopicTree, type TopicTreeOptions } from './topic-tree.ts';
export type {
  ListedSubscription,
  MatchedSubscription,
  MatchOptions,
  MergedSubscription,
  SharedStrategy,
  StoredSubscription,
  SubscriptionOptions,
  TopicIndexMemory,
  TopicIndexOptions,
  TopicSource,
  Visit,
  VisitMany,
} from './types.ts';
export { validateTopicFilter, validateTopicName } from './validate.ts';
