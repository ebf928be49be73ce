/** What a rater sees of a study: texts under numbers, in an order of the rater's own, and nowhere the name of a system. */
import { createHmac } from 'node:crypto';
import type { Emotion } from '../base/emotion.ts';
import { random } from '../base/random.ts';
import type { Item } from '../protocol/index.ts';
import type { RatedItem } from './events.ts';
import type { Study } from './state.ts';
import { isEmptied } from './unnamed.ts';

/** One item to rate. */
export interface Sheet {
  readonly item: string;
  readonly context: string;
  /** Whether a film belongs to it. */
  readonly film: boolean;
  readonly turns?: Item['turns'];
  readonly utterance?: number;
  readonly emotion?: Emotion;
  /** Named 1, 2, 3 … */
  readonly texts: readonly { readonly label: string; readonly text: string }[];
}

/** How far a rater is, and what comes next; without `sheet` all is rated. */
export interface Turn {
  readonly done: number;
  readonly of: number;
  readonly sheet?: Sheet;
}

/** The next item of a rater: the same until it is rated. Items, too, come in an order of the rater's own, so that tiredness falls on all alike. */
export function turnOf(study: Study, rater: string, secret: Buffer): Turn {
  const order = orderOf(study, rater, '', secret)
    .shuffled(study.items)
    .filter((item) => !isEmptied(item));
  const rated = (item: RatedItem) => item.texts.every(({ system }) => study.ratings.has(JSON.stringify([rater, item.id, system])));
  const left = order.filter((item) => !rated(item));
  const [next] = left;
  const turn = { done: order.length - left.length, of: order.length };
  return next === undefined ? turn : { ...turn, sheet: sheetOf(study, next, rater, secret) };
}

/** The system behind each label of an item; for the server only. */
export function systemsOf(study: Study, item: RatedItem, rater: string, secret: Buffer): ReadonlyMap<string, string> {
  return new Map(shuffled(study, item, rater, secret).map(({ system }, i) => [`${i + 1}`, system]));
}

function sheetOf(study: Study, item: RatedItem, rater: string, secret: Buffer): Sheet {
  const texts = shuffled(study, item, rater, secret).map(({ text }, i) => ({ label: `${i + 1}`, text }));
  const { id, context, clip, turns, utterance, emotion } = item;
  const beside: Pick<Sheet, 'turns' | 'utterance' | 'emotion'> = Object.fromEntries(
    Object.entries({ turns, utterance, emotion }).filter(([, value]) => value !== undefined),
  );
  return { item: id, context, film: clip !== undefined, ...beside, texts };
}

const shuffled = (study: Study, item: RatedItem, rater: string, secret: Buffer) =>
  orderOf(study, rater, item.id, secret).shuffled(item.texts);

/** Chance that nobody outside can compute, and that is the same each time. */
const orderOf = ({ study }: Study, rater: string, item: string, secret: Buffer) =>
  random(
    createHmac('sha256', secret)
      .update(JSON.stringify(['order', study, rater, item]))
      .digest()
      .readInt32LE(0),
  );
