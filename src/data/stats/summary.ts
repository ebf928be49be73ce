import { EMOTIONS, type Emotion } from '../../base/emotion.ts';
import { TOKENIZERS, type TokenizerName } from '../../metrics/index.ts';
import type { DataSet, Entry } from '../exchange/index.ts';
import { type AgreementStats, agreementOf, type TextScorer } from './agreement.ts';
import { type EvidenceStats, evidenceOf, type PointedStats, pointedOf } from './evidence.ts';
import { explanationsOf, type Lengths, lengthsOf } from './lengths.ts';

/** What can be counted of a data set: of the paper's Figures 3 and 4 and Table 1, and more where the set knows more. */
export interface SetStats {
  readonly name: string;
  readonly entries: number;
  /** Dialogues that the entries name. */
  readonly dialogues: number;
  /** Utterances in all, where the source holds whole dialogues. */
  readonly utterances: number | undefined;
  readonly splits: readonly { readonly split: string; readonly entries: number }[];
  /** Written by people, or pointed at in the dialogue; `none` where nothing is explained. */
  readonly cause: 'Generative' | 'Extractive' | 'none';
  readonly explanations: number;
  /** Which modalities entries have: `?` where a film is named and nobody says whether its sound counts. */
  readonly has: Readonly<Record<'T' | 'A' | 'V', 'yes' | 'no' | '?'>>;
  readonly lengths: Readonly<
    Record<TokenizerName, { readonly all: Lengths | undefined; readonly each: Readonly<Partial<Record<Emotion, Lengths>>> }>
  >;
  /** Emotions of the entries, in our order; those that never occur are left out. */
  readonly emotions: readonly { readonly emotion: Emotion; readonly entries: number; readonly share: number }[];
  /** Those with most entries. */
  readonly speakers: readonly { readonly speaker: string; readonly entries: number }[];
  /** The shortest and the longest explanations, words between white space. */
  readonly extremes: { readonly shortest: readonly Extreme[]; readonly longest: readonly Extreme[] };
  readonly evidence: EvidenceStats | undefined;
  readonly pointed: PointedStats | undefined;
  readonly agreement: AgreementStats | undefined;
}

export interface Extreme {
  readonly id: string;
  readonly words: number;
  readonly text: string;
}

/** Rows of lists that only show examples. */
const FEW = 5;
const SPEAKERS = 10;

export interface SummaryOptions {
  /** Compares drafts; without it, texts are not compared. */
  readonly scorer?: TextScorer | undefined;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Counts a set. What the scorer throws is thrown. */
export async function summarise(set: DataSet, options: SummaryOptions): Promise<SetStats> {
  const { name, entries, utterances } = set;
  const texts = entries.flatMap((entry) =>
    explanationsOf(entry).map((text) => ({ id: entry.id, words: TOKENIZERS.whitespace(text).length, text })),
  );
  const byLength = [...texts].sort((a, b) => a.words - b.words);
  const speakers = counted(entries.flatMap(({ speaker }) => speaker ?? []));
  return {
    name,
    entries: entries.length,
    dialogues: new Set(entries.flatMap(({ dialogue }) => dialogue ?? [])).size,
    utterances,
    splits: counted(entries.flatMap(({ split }) => split ?? [])).map(([split, count]) => ({ split, entries: count })),
    cause: entries.some(({ cause }) => cause !== undefined)
      ? 'Generative'
      : entries.some(({ spans = [] }) => spans.length > 0)
        ? 'Extractive'
        : 'none',
    explanations: texts.length,
    has: modalitiesOf(entries),
    lengths: { whitespace: lengthsOf(entries, 'whitespace'), ptb: lengthsOf(entries, 'ptb') },
    emotions: EMOTIONS.flatMap((emotion) => {
      const count = entries.filter((entry) => entry.emotion === emotion).length;
      return count === 0 ? [] : [{ emotion, entries: count, share: count / entries.length }];
    }),
    speakers: speakers.slice(0, SPEAKERS).map(([speaker, count]) => ({ speaker, entries: count })),
    extremes: { shortest: byLength.slice(0, FEW), longest: byLength.slice(-FEW).reverse() },
    evidence: evidenceOf(entries),
    pointed: pointedOf(entries),
    agreement: await agreementOf(entries, { scorer: options.scorer, seed: options.seed, signal: options.signal }),
  };
}

function modalitiesOf(entries: readonly Entry[]): SetStats['has'] {
  const told = entries.flatMap(({ senses }) => senses ?? []);
  const films = entries.some(({ clip }) => clip !== undefined);
  const sense = (name: (typeof told)[number], unsaid: 'yes' | '?') =>
    told.includes(name) ? 'yes' : films && told.length === 0 ? unsaid : 'no';
  return {
    T: entries.some(({ text, turns }) => text !== undefined || turns !== undefined) ? 'yes' : 'no',
    A: sense('sound', '?'),
    V: sense('picture', 'yes'),
  };
}

/** Words with their counts, the most frequent first, of equal ones in their order. */
function counted(words: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
