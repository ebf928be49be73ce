import type { Status } from '../../../src/protocol/item.ts';

/** Where an item stands, as people say it. */
export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  open: 'open',
  drafting: 'being drafted',
  drafted: 'at the gate',
  voting: 'voted on',
  discussing: 'discussed',
  published: 'published',
  withdrawn: 'withdrawn',
};
