/** What FAME-mini learns from, read from the folder of research data (see models/mini/README.md): none of it is in this repository. */
import { join } from 'node:path';
import { EMOTIONS, type Emotion } from '../../src/base/emotion.ts';
import { type Random, random } from '../../src/base/random.ts';
import {
  cleanEcem,
  type Dialogue,
  type EcemRow,
  type EcfDialogue,
  joined,
  type Meld,
  type Person,
  placeOf,
  readCicero,
  readEcem,
  readEcf,
  readMeld,
  readReccon,
  readTranscripts,
  reported,
  type Utterance,
} from '../../src/data/index.ts';
import type { Example, Question } from '../../src/fame/index.ts';

/** A question with the answer that shall be learnt. */
export interface Pair {
  readonly question: Question;
  readonly answer: string;
}

export interface Sources {
  readonly meld: Meld;
  /** Cleaned; `dev` is only ever asked. */
  readonly train: readonly EcemRow[];
  readonly dev: readonly EcemRow[];
  /** Scenes and dialogues without anything that was said in the dialogues of `dev`. */
  readonly scenes: readonly Dialogue[];
  readonly heldOut: readonly Dialogue[];
  readonly spans: readonly EcfDialogue[];
  readonly pairs: readonly Pair[];
}

/** Letters of a dialogue at most: longer ones cost more than they teach. */
const LETTERS = 700;

/** So many of the pairs, by chance, as examples. */
export function examplesOf(pairs: readonly Pair[], count: number, seed: number): Example[] {
  const short = pairs.filter(({ question }) => question.turns.reduce((n, { text }) => n + text.length, 0) <= LETTERS);
  return random(seed)
    .shuffled(short)
    .slice(0, count)
    .map(({ question, answer }, i) => ({ id: `pair-${i}`, dialogue: `pair-${i}`, question, answer }));
}

/** One scene of so many is only looked at. */
const HELD_OUT = 50;
/** Turns before the target, in what is made from labels. */
const EARLIER = 8;
/** Who of the other series is a woman: the explanations of ECEM, from which the rest is counted, do not know them. */
const OTHERS: Readonly<Record<string, Person['pronoun']>> = {
  ...{ Sheldon: 'he', Leonard: 'he', Howard: 'he', Raj: 'he', Stuart: 'he', Wil: 'he', Kripke: 'he' },
  ...{ Penny: 'she', Amy: 'she', Bernadette: 'she', Leslie: 'she', Priya: 'she', Beverley: 'she' },
};

/** Reads everything under `folder`: ecem/, meld/ and related/, as their releases name the files. */
export async function readSources(folder: string): Promise<Sources> {
  const related = (name: string) => join(folder, 'related', name);
  const meld = await readMeld(join(folder, 'meld'));
  const cleaned = async (name: string) => cleanEcem(await readEcem(join(folder, 'ecem', name)), meld).kept;
  const [train, dev] = [await cleaned('train.json'), await cleaned('dev.json')];
  const kept = unasked(dev, meld);
  const transcripts = [
    ...(await readTranscripts(related('friends_transcripts.txt'))),
    ...(await readTranscripts(related('tbbt_transcripts.txt'))),
  ];
  const daily = [
    ...(await readReccon(related('reccon_dailydialog_train.json'))),
    ...(await readReccon(related('reccon_dailydialog_valid.json'))),
  ];
  const inferences = [...(await readCicero(related('cicero_v2_val.json'))), ...(await readCicero(related('cicero_v2_test.json')))];
  const scenes = transcripts.filter(kept);
  const spans = [...(await readEcf(related('ecf_subtask1_train.json'))).filter(kept), ...labelled(meld).filter(kept)];
  const people = peopleOf(train);
  return {
    meld,
    train,
    dev,
    scenes: [...scenes.filter((_, i) => i % HELD_OUT !== 7), ...daily, ...inferences.map(({ dialogue }) => dialogue)],
    heldOut: scenes.filter((_, i) => i % HELD_OUT === 7),
    spans,
    pairs: madePairs(spans, scenes, people, beginningsOf(train)),
  };
}

/** MELD's dialogues as those of ECF: every emotion is its own utterance's. */
const labelled = (meld: Meld): EcfDialogue[] =>
  Object.values(meld).flatMap((part) =>
    [...part.values()].map((dialogue) => ({
      ...dialogue,
      causes: dialogue.utterances.flatMap(({ number, emotion = 'neutral' }) =>
        emotion === 'neutral' ? [] : [{ effect: number, emotion, cause: number }],
      ),
    })),
  );

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();

/** Whether nothing in a dialogue was said in one that `dev` asks about, as far as five words or more tell. */
function unasked(dev: readonly EcemRow[], meld: Meld): (dialogue: Dialogue) => boolean {
  const said = new Set<string>();
  for (const { video } of dev) {
    const { part, dialogue } = placeOf(video);
    for (const { text } of meld[part]?.get(dialogue)?.utterances ?? []) said.add(plain(text));
  }
  return ({ utterances }) => !utterances.some(({ text }) => plain(text).split(' ').length >= 5 && said.has(plain(text)));
}

/** Who is called he or she, by what the explanations of what they say begin with. */
function peopleOf(rows: readonly EcemRow[]): ReadonlyMap<string, Person> {
  const counts = new Map<string, number>();
  for (const { speaker, cause } of rows) {
    const first = /\b(he|she|his|her)\b/i.exec(cause)?.[1]?.toLowerCase();
    if (first !== undefined) counts.set(speaker, (counts.get(speaker) ?? 0) + (first.startsWith('s') || first === 'her' ? 1 : -1));
  }
  const known = [...counts].filter(([, n]) => n !== 0).map(([name, n]) => [name, n > 0 ? 'she' : 'he'] as const);
  return new Map([...known, ...Object.entries(OTHERS)].map(([name, pronoun]) => [name, { name, pronoun }]));
}

type Beginnings = ReadonlyMap<string, readonly string[]>;

/** How people begin an explanation ("The reason she was happy was that"), for each emotion and pronoun. */
function beginningsOf(rows: readonly EcemRow[]): Beginnings {
  const found = new Map<string, string[]>();
  for (const { emotion, cause } of rows) {
    const [beginning] = /^The reason (?:[\w’']+ ){1,6}?(?:is|was) that\b/.exec(cause) ?? [];
    const pronoun = /\b(he|she|his|her)(?:['’]s)?\b/.exec(beginning ?? '')?.[1];
    if (beginning === undefined || pronoun === undefined) continue;
    const key = `${emotion}/${pronoun === 'he' || pronoun === 'his' ? 'he' : 'she'}`;
    found.set(key, [...(found.get(key) ?? []), beginning]);
  }
  return found;
}

/** Explanations made by rule (`reported`): of every labelled utterance, and of some of the scenes, where any emotion stands for the unknown one. */
function madePairs(
  spans: readonly EcfDialogue[],
  scenes: readonly Dialogue[],
  people: ReadonlyMap<string, Person>,
  beginnings: Beginnings,
): Pair[] {
  const chance = random(1);
  const pairs: Pair[] = [];
  for (const { utterances, causes } of spans)
    for (const { effect, emotion, cause, span } of causes) {
      const [target, why] = [effect, cause].map((n) => utterances.findIndex(({ number }) => number === n)) as [number, number];
      if (target < 0 || why < 0 || why > target) continue;
      pairs.push(...madePair({ utterances, target, why, span, emotion }, people, beginnings, chance));
    }
  const felt = EMOTIONS.filter((name) => name !== 'neutral');
  for (const { utterances } of scenes)
    for (const target of utterances.keys())
      if (chance.below(4) === 0)
        pairs.push(...madePair({ utterances, target, why: target, emotion: felt[chance.below(felt.length)]! }, people, beginnings, chance));
  return pairs;
}

interface Felt {
  readonly utterances: readonly Utterance[];
  readonly target: number;
  /** Place of the turn that is the cause. */
  readonly why: number;
  readonly span?: string | undefined;
  readonly emotion: Emotion;
}

function madePair(
  { utterances, target, why, span, emotion }: Felt,
  people: ReadonlyMap<string, Person>,
  beginnings: Beginnings,
  chance: Random,
): Pair[] {
  const who = people.get(utterances[target]!.speaker ?? '');
  const all = beginnings.get(`${emotion}/${who?.pronoun}`) ?? [];
  if (who === undefined || all.length === 0) return [];
  const told =
    toldOf(utterances, why, span, people) ?? (why > 0 && span === undefined ? toldOf(utterances, why - 1, undefined, people) : undefined);
  if (told === undefined) return [];
  const from = Math.max(0, target - EARLIER);
  const turns = utterances.slice(from, target + 1).map(({ speaker, text }) => ({ speaker, text: joined(text) }));
  return [{ question: { turns, target: target - from, emotion }, answer: `${all[chance.below(all.length)]} ${told}.` }];
}

/** What is said in a turn, told by somebody else; with its speaker where that is not the one whose feeling is explained. */
function toldOf(
  utterances: readonly Utterance[],
  at: number,
  span: string | undefined,
  people: ReadonlyMap<string, Person>,
): string | undefined {
  const { speaker = '', text } = utterances[at]!;
  const by = people.get(speaker);
  const before = utterances.slice(0, at).findLast((u) => u.speaker !== speaker)?.speaker ?? utterances[at + 1]?.speaker;
  return by && reported(joined(span ?? text), by, people.get(before ?? ''));
}
