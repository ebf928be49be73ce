import { draftAt } from './drafts.ts';
import { statusOf } from './item.ts';
import { refuse } from './refusal.ts';
import type { Rows } from './rules.ts';
import type { Campaign, ItemState } from './state.ts';

/** Whether two drafts agree enough to be voted on: strictly above the threshold. The threshold itself, NaN and null do not pass. */
export function passes(score: number | null, threshold: number): boolean {
  return score !== null && score > threshold;
}

/** Two causes that wait for the gate. Only causes are compared: reasoning and evidence may differ. */
export interface Pending {
  readonly item: string;
  readonly round: number;
  readonly a: string;
  readonly b: string;
}

/** What an item's two causes are, while they wait; undefined otherwise. For the scorer's program only. */
export function causesOf(campaign: Campaign, itemId: string): Pending | undefined {
  const item = campaign.items.get(itemId);
  if (item === undefined || campaign.settings === undefined || statusOf(item, campaign.settings.policy) !== 'drafted') return undefined;
  return pendingOf(item);
}

/** All pairs that wait for the gate, in the order of the items. */
export function pending(campaign: Campaign): readonly Pending[] {
  return [...campaign.items.keys()].flatMap((id) => causesOf(campaign, id) ?? []);
}

function pendingOf(item: ItemState): Pending {
  return { item: item.item.id, round: item.round, a: draftAt(item, 'a')!.writing.cause, b: draftAt(item, 'b')!.writing.cause };
}

/** The gate's rule. The decision is kept with the threshold and the signature that it was made by. */
export const GATE_ROWS: Rows<'measured'> = {
  measured: {
    who: 'gate',
    while: ['drafted'],
    item: ({ at, score, signature }, item, { settings }) => {
      const { gate } = settings.policy;
      if ('none' in gate || signature !== gate.signature)
        return refuse('PROTOCOL_SIGNATURE', 'A score comes from another measure than the campaign was opened with', {
          at: item.item.id,
          expected: 'none' in gate ? 'no score' : gate.signature,
          got: signature,
          fix: 'score with the model, layer and rescaling of the signature',
        });
      return { items: [{ ...item, measured: { at, score, signature, threshold: gate.threshold, passed: passes(score, gate.threshold) } }] };
    },
  },
};
