import { FameError } from '../../base/errors.ts';
import { isRecord } from '../../base/file.ts';
import { type EcfCause, type EcfDialogue, ecfDialogue } from '../ecf.ts';
import type { Utterance } from '../utterance.ts';
import { type Change, type Checked, excerpt, type Place, type Symptom, type SymptomCode, symptom } from './symptom.ts';
import { textSymptoms } from './text.ts';

/** Whether a JSON document is a list of conversations as ECF has them. */
export const isEcf = (document: unknown): boolean =>
  Array.isArray(document) && document.some((entry) => isRecord(entry) && Array.isArray(entry.conversation));

/** A pair with the utterances that it names, where its dialogue has them. */
interface Pair extends EcfCause {
  readonly felt: Utterance | undefined;
  readonly why: Utterance | undefined;
  readonly again: boolean;
}

type Rule = readonly [code: SymptomCode, told: (pair: Pair) => string | false | undefined];

/** Punctuation and quotation marks stand apart in spans and, in some releases, not in texts. */
const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

const RULES: readonly Rule[] = [
  ['no-such-utterance', ({ effect, cause, felt, why }) => (felt === undefined || why === undefined) && `${effect} because of ${cause}`],
  [
    'pair-emotion',
    ({ felt, emotion }) => felt?.emotion !== undefined && felt.emotion !== emotion && `${emotion}; the utterance has ${felt.emotion}`,
  ],
  ['pair-neutral', ({ emotion, effect, cause }) => emotion === 'neutral' && `${effect} because of ${cause}`],
  ['pair-twice', ({ again, effect, cause }) => again && `${effect} because of ${cause}`],
  ['pair-later', ({ effect, cause, why }) => why !== undefined && cause > effect && `${effect} because of ${cause}`],
  ['span', ({ span, why }) => span !== undefined && why !== undefined && !bare(why.text).includes(bare(span)) && excerpt(span)],
];

/** What is wrong with a file of ECF. Conversations that cannot be read are told and left out. */
export function checkEcf(content: string, file: string): Checked {
  const [symptoms, changes]: [Symptom[], Change[]] = [[], []];
  const ids = new Map<string, number>();
  for (const [i, entry] of (JSON.parse(content) as readonly unknown[]).entries()) {
    const place: Place = { file, entry: i + 1 };
    let dialogue: EcfDialogue;
    try {
      dialogue = ecfDialogue(entry, file);
    } catch (error) {
      if (!(error instanceof FameError)) throw error;
      symptoms.push(symptom('damaged', place, `${error.detail.at}: expected ${error.detail.expected}, got ${error.detail.got}`));
      continue;
    }
    const here = { ...place, dialogue: dialogue.id };
    const known = ids.get(dialogue.id);
    if (known === undefined) ids.set(dialogue.id, i + 1);
    else symptoms.push(symptom('same-id', here, `conversation ${dialogue.id} is also entry ${known}`));
    const found = [textsOf(dialogue, here, i), pairsOf(dialogue, here)];
    for (const one of found) symptoms.push(...one.symptoms);
    changes.push(...found.flatMap((one) => one.changes));
  }
  return { symptoms, changes };
}

function textsOf({ utterances }: EcfDialogue, here: Place, entry: number): Checked {
  const [symptoms, changes]: [Symptom[], Change[]] = [[], []];
  const numbers = new Set<number>();
  for (const [i, { number, text: before }] of utterances.entries()) {
    const place = { ...here, utterance: number, field: 'text' };
    if (numbers.has(number)) symptoms.push(symptom('duplicate', { ...here, utterance: number }, excerpt(before)));
    numbers.add(number);
    if (before.trim() === '') symptoms.push(symptom('empty-text', place, excerpt(before)));
    const mended = textSymptoms(before, place, `${entry}/conversation/${i}/text`);
    symptoms.push(...mended.symptoms);
    changes.push(...mended.changes);
  }
  const missing = Array.from({ length: Math.min(Math.max(0, ...numbers), 1e4) }, (_, i) => i + 1).filter((n) => !numbers.has(n));
  if (missing.length > 0) {
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    symptoms.push(symptom('number-gap', here, `no utterance ${missing.slice(0, 5).join(', ')}${more}`));
  }
  return { symptoms, changes };
}

function pairsOf({ utterances, causes }: EcfDialogue, here: Place): Checked {
  const byNumber = new Map(utterances.map((one) => [one.number, one]));
  const seen = new Set<string>();
  const symptoms = causes.flatMap((one) => {
    const key = JSON.stringify([one.effect, one.emotion, one.cause, one.span]);
    const pair = { ...one, felt: byNumber.get(one.effect), why: byNumber.get(one.cause), again: seen.has(key) };
    seen.add(key);
    return RULES.flatMap(([code, told]) => {
      const message = told(pair);
      return typeof message === 'string' ? [symptom(code, { ...here, utterance: one.effect, field: 'emotion-cause_pairs' }, message)] : [];
    });
  });
  return { symptoms, changes: [] };
}
