export type { QlobberOptions } from './options.ts';
export { Qlobber } from './qlobber.ts';
export { QlobberDedup } from './qlobber-dedup.ts';
export { QlobberTrue } from './qlobber-true.ts';
