import { alpha } from '../metrics/agreement.ts';
import { draftsOf } from './drafts.ts';
import { isActive } from './eligible.ts';
import { STATUSES, type Status, statusOf } from './item.ts';
import { publicationOf } from './publication.ts';
import type { Campaign, ItemState } from './state.ts';
import { votesOf } from './votes.ts';

/** How far a campaign is. Sums only: it tells nobody what another person wrote. */
export interface Progress {
  readonly items: number;
  readonly statuses: Readonly<Record<Status, number>>;
  readonly published: { readonly majority: number; readonly discussion: number };
  /** Means over published causes: words between spaces. Undefined where nothing is published. */
  readonly words: number | undefined;
  /** Pairs that were measured in the round that counts, those that passed, and the mean of the scores that are numbers. */
  readonly gate: { readonly measured: number; readonly passed: number; readonly unscored: number; readonly mean: number | undefined };
  readonly votes: Agreement;
  /** Items that cannot go on before a lead reassigns a seat: its holder has left. */
  readonly stalled: readonly string[];
  readonly people: readonly PersonProgress[];
}

/** Among voters, over items whose votes are complete. */
export interface Agreement {
  readonly panels: number;
  /** Panels of one mind. */
  readonly unanimous: number;
  /** Krippendorff's, nominal, over a, b and neither; who abstained said nothing. Undefined where nothing can be told. */
  readonly alpha: number | undefined;
}

/** What one person has done. */
export interface PersonProgress {
  readonly person: string;
  readonly drafts: number;
  readonly votes: number;
  readonly practised: number;
  readonly approved: boolean;
}

/** Counts and agreement of a campaign. */
export function progressOf(campaign: Campaign): Progress {
  const { settings, people } = campaign;
  const items = settings === undefined ? [] : [...campaign.items.values()];
  const statuses = items.map((item) => statusOf(item, settings!.policy));
  const published = items.flatMap((item) => publicationOf(item, settings!.policy) ?? []);
  const measured = items.flatMap(({ measured }) => measured ?? []);
  const count = (how: 'majority' | 'discussion') => published.filter((one) => one.how === how).length;
  return {
    items: items.length,
    statuses: Object.fromEntries(STATUSES.map((status) => [status, statuses.filter((one) => one === status).length])) as Record<
      Status,
      number
    >,
    published: { majority: count('majority'), discussion: count('discussion') },
    words: meanOf(published.map(({ writing }) => wordsOf(writing.cause))),
    gate: {
      measured: measured.length,
      passed: measured.filter(({ passed }) => passed).length,
      unscored: measured.filter(({ score }) => score === null).length,
      mean: meanOf(measured.flatMap(({ score }) => score ?? [])),
    },
    votes: agreementOf(items.filter((item) => votesOf(item).length === settings!.policy.voters)),
    stalled: items.filter((item, i) => isStalled(item, statuses[i]!, campaign)).map(({ item }) => item.id),
    people: [...people.values()].map(({ id, training }) => ({
      person: id,
      drafts: items.filter(({ authors }) => authors.get(id) !== undefined).length,
      votes: items.filter(({ voters }) => voters.get(id) !== undefined).length,
      practised: training.practice.size,
      approved: training.approved,
    })),
  };
}

/** Words between spaces: what the paper's average of 14.4 counts. */
export function wordsOf(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

const CODES = { a: 0, b: 1, neither: 2 } as const;

function agreementOf(panels: readonly ItemState[]): Agreement {
  const choices = panels.map((item) => votesOf(item).map(({ choice }) => choice));
  const said = choices.map((panel) => panel.flatMap((choice) => (choice === 'abstain' ? [] : CODES[choice])));
  return {
    panels: panels.length,
    unanimous: choices.filter((panel) => new Set(panel).size === 1).length,
    alpha: alpha(
      said.filter((unit) => unit.length > 1),
      'nominal',
    ),
  };
}

function isStalled(item: ItemState, status: Status, { people }: Campaign): boolean {
  const gone = (id: string) => !isActive(people.get(id));
  return status === 'discussing' && draftsOf(item).some(({ by }) => gone(by));
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
