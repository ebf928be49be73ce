/** A campaign as one person works in it: what the server says, and what goes to it through the outbox. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Standing } from '../../../src/protocol/board.ts';
import type { Orders } from '../../../src/protocol/decide.ts';
import type { Progress } from '../../../src/protocol/progress.ts';
import type { ItemView } from '../../../src/protocol/view.ts';
import type { Next, Shown } from '../../../src/server/annotation.ts';
import type { Participant } from '../../../src/server/items.ts';
import { api, ok } from '../api.ts';
import { notify } from '../notices.ts';
import { useOutbox } from '../outbox/browser.ts';

/** Milliseconds between two looks at what others have done. */
const LOOK = 10_000;

/** What people may ask for in a campaign. */
type Asked = Exclude<keyof Orders, 'open' | 'measure' | 'erase-speaker'>;

const of = (campaign: string, ...more: readonly string[]) => ['campaign', campaign, ...more];

/** Ids of the campaigns that one works in. */
export const useCampaigns = () => useQuery({ queryKey: ['campaigns'], queryFn: () => ok(api.campaigns.$get()) });

/** What the server gives, with the types that it was made from: of JSON the client thinks that absent fields are there, and undefined. */
const as = <T>(given: Promise<unknown>): Promise<T> => given as Promise<T>;
const at = api.campaigns[':campaign'];

/** A campaign, its guidelines, and how far it is. */
export const useCampaign = (campaign: string) =>
  useQuery({ queryKey: of(campaign, 'about'), queryFn: () => as<Shown>(ok(at.$get({ param: { campaign } }))), refetchInterval: LOOK });

/** What to do next: one call. */
export const useNext = (campaign: string) =>
  useQuery({ queryKey: of(campaign, 'next'), queryFn: () => as<Next>(ok(at.next.$get({ param: { campaign } }))), refetchInterval: LOOK });

/** One's items; for leads all. */
export const useItems = (campaign: string) =>
  useQuery({
    queryKey: of(campaign, 'items'),
    queryFn: () => as<readonly Standing[]>(ok(at.items.$get({ param: { campaign } }))),
    refetchInterval: LOOK,
  });

/** All that one may know of an item. */
export const useItem = (campaign: string, item: string) =>
  useQuery({
    queryKey: of(campaign, 'item', item),
    queryFn: () => as<ItemView>(ok(at.items[':item'].$get({ param: { campaign, item } }))),
    refetchInterval: LOOK,
  });

/** Sums, for leads. */
export const useCampaignProgress = (campaign: string) =>
  useQuery({
    queryKey: of(campaign, 'progress'),
    queryFn: () => as<Progress>(ok(at.progress.$get({ param: { campaign } }))),
    refetchInterval: LOOK,
  });

/** Who works in it, for leads. */
export const useParticipants = (campaign: string) =>
  useQuery({ queryKey: of(campaign, 'people'), queryFn: () => as<readonly Participant[]>(ok(at.people.$get({ param: { campaign } }))) });

/** Where the film of an item is played from: up to its utterance. */
export const filmOf = (campaign: string, item: string): string =>
  `/campaigns/${encodeURIComponent(campaign)}/items/${encodeURIComponent(item)}/film`;

/** What a command is about, for the outbox. */
export const slotOf = (campaign: string, type: string, item = ''): string => JSON.stringify([campaign, type, item]);

/** Sends a command through the outbox; whether the server has carried it out, once it has answered. */
export type Send = <T extends Asked>(type: T, orders: Orders[T], label: string) => Promise<boolean>;

/** What somebody has written stays in the outbox when it is refused; of the rest, the reason is shown and nothing is left. */
const WRITTEN: ReadonlySet<Asked> = new Set(['draft', 'practise', 'revise', 'say', 'vote', 'return'] as const);
/** Of these, a later one never takes the place of an earlier. */
const EACH: ReadonlySet<Asked> = new Set(['say', 'revise', 'accept', 'invite', 'declare-conflict'] as const);

/** The way to do something in a campaign: kept on this machine first, and sent once. `onRefused` hears why not, instead of a notice. */
export function useSend(campaign: string, onRefused: (problem: unknown) => void = notify): Send {
  const box = useOutbox();
  return async (type, orders, label) => {
    const item = 'item' in orders && typeof orders.item === 'string' ? orders.item : '';
    const id = await box.add({
      slot: slotOf(campaign, EACH.has(type) ? `${type} ${Date.now()}` : type, item),
      label,
      method: 'POST',
      path: `/campaigns/${encodeURIComponent(campaign)}/commands`,
      body: { type, ...orders },
    });
    try {
      await box.answered(id);
      return true;
    } catch (problem) {
      if (problem === undefined || WRITTEN.has(type)) return false; // taken away, or shown where it was written
      onRefused(problem);
      await box.discard(id);
      return false;
    }
  };
}

/** Looks at the campaign again whenever something was sent. */
export function useFresh(campaign: string): void {
  const box = useOutbox();
  const client = useQueryClient();
  useEffect(() => {
    const end = box.onSent(() => void client.invalidateQueries({ queryKey: of(campaign) }));
    return () => {
      end();
    };
  }, [box, client, campaign]);
}
