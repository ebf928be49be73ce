import { agreedText } from './discussion.ts';
import { draftsOf } from './drafts.ts';
import { AUTHORS, type Policy } from './policy.ts';
import type { ItemState } from './state.ts';
import { chosen } from './votes.ts';

/** Where an item stands. `open`: nobody drafts it yet; `drafted`: both drafts are there and wait for the gate. */
export const STATUSES = ['open', 'drafting', 'drafted', 'voting', 'discussing', 'published', 'withdrawn'] as const;
export type Status = (typeof STATUSES)[number];

/** States never change, so what was found of one holds as long as it is there. */
const FOUND = new WeakMap<ItemState, { readonly policy: Policy; readonly status: Status }>();

/** Where the item stands: two blind drafts; a score above the threshold is voted on, anything else is discussed (Wang et al. 2025, §3.1). */
export function statusOf(item: ItemState, policy: Policy): Status {
  const found = FOUND.get(item);
  if (found?.policy === policy) return found.status;
  const status = find(item, policy);
  FOUND.set(item, { policy, status });
  return status;
}

function find(item: ItemState, policy: Policy): Status {
  if (item.withdrawn !== undefined) return 'withdrawn';
  if (draftsOf(item).length < AUTHORS) return item.authors.size === 0 ? 'open' : 'drafting';
  if (!('none' in policy.gate)) {
    if (item.measured === undefined) return 'drafted';
    if (item.measured.passed) {
      const choice = chosen(item, policy.voters);
      if (choice === undefined) return 'voting';
      if (choice !== 'none') return 'published';
    }
  }
  return agreedText(item) === undefined ? 'discussing' : 'published';
}
