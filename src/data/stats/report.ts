import type { TokenizerName } from '../../metrics/index.ts';
import type { AgreementStats } from './agreement.ts';
import { emotionsDrawing, lengthsDrawing } from './charts.ts';
import type { SetDifference } from './compare.ts';
import type { EvidenceStats, PointedStats } from './evidence.ts';
import { type Lengths, WORDS } from './lengths.ts';
import { PRINTED_NOTES, PRINTED_SETS, type PrintedSet } from './printed.ts';
import type { SetStats } from './summary.ts';
import type { Drawing } from './svg.ts';

/** A part of the report: a table, how to read it, and its picture where it has one. */
export interface Section {
  readonly title: string;
  readonly columns: readonly { readonly head: string; readonly right?: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Whole sentences. */
  readonly notes: readonly string[];
  readonly drawing?: Drawing;
}

/** What the report is about. */
export interface Reported {
  /** One set, or two to compare. */
  readonly sets: readonly SetStats[];
  readonly difference: SetDifference | undefined;
  /** Which of the paper's sets the first one is, where somebody said so. */
  readonly is: PrintedSet | undefined;
  /** Whether all of the paper's Table 1 is shown. */
  readonly paper: boolean;
  readonly scene: string | undefined;
  readonly task: string | undefined;
}

const text = (head: string) => ({ head });
const number = (head: string) => ({ head, right: true });
const fixed = (value: number | undefined, digits = 2): string =>
  value === undefined ? 'n/a' : value.toFixed(digits).replace(/^-(?=[0.]*$)/, '');
const percent = (count: number, of: number): string => (of === 0 ? 'n/a' : `${((100 * count) / of).toFixed(1)} %`);

/** All parts that these sets have something for, in the order of the paper: Table 1, Figure 3, Figure 4, then what it does not have. */
export function sectionsOf(reported: Reported): Section[] {
  const { sets, difference } = reported;
  return [
    tableOne(reported),
    ...(sets.some(({ explanations }) => explanations > 0)
      ? [lengthsSection(sets, 'whitespace', reported.is), lengthsSection(sets, 'ptb', undefined)]
      : []),
    emotionsSection(sets),
    ...(difference === undefined ? [] : [differenceSection(sets, difference)]),
    ...sets.flatMap(({ name, agreement }) => (agreement === undefined ? [] : [agreementSection(name, agreement)])),
    ...sets.flatMap(({ name, evidence, pointed }) => [
      ...(evidence === undefined ? [] : [evidenceSection(name, evidence), togetherSection(name, evidence)]),
      ...(pointed === undefined ? [] : [pointedSection(name, pointed)]),
    ]),
    ...sets.map(extremesSection),
    ...sets.flatMap((set) => (set.speakers.length === 0 ? [] : [speakersSection(set)])),
  ];
}

const MARKS = { yes: '✓', no: '✗', '?': '?' } as const;

function tableOne({ sets, is, paper, scene, task }: Reported): Section {
  const ours = sets.map(({ name, has, cause, entries, dialogues, utterances, splits }, i) => [
    name,
    MARKS[has.T],
    MARKS[has.A],
    MARKS[has.V],
    (i === 0 ? task : undefined) ?? 'n/a',
    cause === 'none' ? 'n/a' : cause,
    (i === 0 ? scene : undefined) ?? 'n/a',
    `${entries.toLocaleString('en')} u`,
    dialogues === 0 ? 'n/a' : dialogues.toLocaleString('en'),
    utterances?.toLocaleString('en') ?? 'n/a',
    splits.map(({ split, entries: count }) => `${split} ${count}`).join(', '),
  ]);
  const printed = (paper ? PRINTED_SETS : is === undefined ? [] : [is]).map((set) => [
    `${set.name} †`,
    ...(['T', 'A', 'V'] as const).map((sense) => MARKS[set.has.includes(sense) ? 'yes' : 'no']),
    set.task,
    set.cause,
    set.scene,
    set.instances,
    '',
    '',
    '',
  ]);
  return {
    title: 'Table 1: the sets',
    columns: [
      ...['dataset', 'T', 'A', 'V', 'task', 'cause type', 'scene'].map(text),
      ...['instances', 'dialogues', 'utterances'].map(number),
      text('splits'),
    ],
    rows: [...ours, ...printed],
    notes: [
      'Instances of ours are utterances (u) with an emotion to explain; "utterances" counts all of the dialogues, where the source holds them.',
      ...(sets.some(({ has }) => has.A === '?') ? ['A is ? where films are named and nothing says that their sound was used.'] : []),
      ...(printed.length > 0 ? PRINTED_NOTES : []),
    ],
  };
}

const LENGTHS = [text('set'), text('emotion'), ...['explanations', 'min', 'mean', 'max', 'median'].map(number)];

function lengthsSection(sets: readonly SetStats[], tokenizer: TokenizerName, is: PrintedSet | undefined): Section {
  const row = (set: string, emotion: string, lengths: Lengths | undefined) =>
    lengths === undefined
      ? []
      : [[set, emotion, `${lengths.count}`, `${lengths.min}`, fixed(lengths.mean), `${lengths.max}`, `${lengths.quartiles[1]}`]];
  const printed = is?.words === undefined ? [] : [[`${is.name} †`, 'all', '', '', `${is.words}`, '', '']];
  return {
    title: tokenizer === 'whitespace' ? 'Figure 3: length of explanations, in words' : 'The same, in Treebank tokens',
    columns: LENGTHS,
    rows: [
      ...sets.flatMap(({ name, lengths, emotions }) => [
        ...row(name, 'all', lengths[tokenizer].all),
        ...emotions.flatMap(({ emotion }) => row(name, emotion, lengths[tokenizer].each[emotion])),
      ]),
      ...printed,
    ],
    notes: [
      `A word is: ${WORDS[tokenizer]}.`,
      ...(printed.length > 0 ? ['The row marked † is printed by the paper, which does not say what a word is.'] : []),
    ],
    ...(tokenizer === 'whitespace' ? { drawing: lengthsDrawing(sets) } : {}),
  };
}

function emotionsSection(sets: readonly SetStats[]): Section {
  return {
    title: 'Figure 4: share of each emotion',
    columns: [text('set'), text('emotion'), number('utterances'), number('share')],
    rows: sets.flatMap(({ name, emotions, entries }) =>
      emotions.map((one) => [name, one.emotion, `${one.entries}`, percent(one.entries, entries)]),
    ),
    notes: ['An emotion is how viewers would read a speaker. The paper leaves neutral out; a set that holds it is shown as it is.'],
    drawing: emotionsDrawing(sets),
  };
}

const signed = (value: number, digits: number): string => `${value > 0 ? '+' : ''}${fixed(value, digits)}`;

function differenceSection([a, b]: readonly SetStats[], { words, shares, apart, signature }: SetDifference): Section {
  const lengths = (['whitespace', 'ptb'] as const).map((tokenizer) => {
    const found = words[tokenizer];
    return [
      `mean length, ${tokenizer}`,
      found === undefined ? 'n/a' : signed(found.mean, 2),
      found === undefined ? '' : `[${fixed(found.low)}, ${fixed(found.high)}]`,
    ];
  });
  return {
    title: `${a!.name} minus ${b!.name}`,
    columns: [text('what'), number('difference'), text('95 % interval')],
    rows: [
      ...lengths,
      ...shares.map(({ emotion, difference }) => [`share of ${emotion}`, `${signed(100 * difference, 1)} points`, '']),
      ['half the sum of all differences of shares', fixed(apart, 3), ''],
    ],
    notes: [`Intervals: ${signature}.`],
  };
}

function agreementSection(name: string, { pairs, same, how, senses, votes, gates, texts }: AgreementStats): Section {
  const row = (what: string, value: string, of: number | string, note = '') => [what, value, `${of}`, note];
  return {
    title: `Agreement of annotators: ${name}`,
    columns: [text('what'), number('value'), number('over'), text('measure')],
    rows: [
      ...senses.map(({ sense, both, one, alpha }) =>
        row(`whether ${sense} is evidence: alpha`, fixed(alpha), pairs, `both ${both}, one ${one}`),
      ),
      row('votes on the drafts: alpha', fixed(votes.alpha), votes.panels, `${votes.unanimous} panels of one mind`),
      row('causes that are the same text', percent(same, pairs), pairs),
      row('published by majority', percent(how.majority, pairs), pairs),
      ...gates.flatMap(({ signature, measured, scored, passed, mean }) => [
        row('score at the gate: mean', fixed(mean, 4), scored, signature),
        row('passed the gate', percent(passed, measured), measured, signature),
      ]),
      ...(texts === undefined
        ? [row('BERTScore of the two causes', 'n/a (no model)', pairs, 'dataset stats --model DIR')]
        : [
            row('BERTScore of the two causes: mean', fixed(texts.mean, 4), pairs, texts.signature),
            row('the same, causes shuffled', fixed(texts.shuffled, 4), pairs, 'what causes score that have nothing to do with each other'),
          ]),
    ],
    notes: [
      'Alpha is Krippendorff’s, nominal: 1 is perfect agreement, 0 what chance gives; n/a where all said the same everywhere, of which it can tell nothing.',
      'Only published items count: their drafts were written blind, their votes after.',
    ],
  };
}

function evidenceSection(name: string, { entries, places }: EvidenceStats): Section {
  return {
    title: `Evidence: ${name}`,
    columns: [text('in'), number('explanations'), number('share'), number('looked for, not found'), number('pieces')],
    rows: places.map(({ place, used, nothing, pieces }) => [
      place,
      `${used}`,
      percent(used, entries),
      nothing === undefined ? '' : percent(nothing, entries),
      `${pieces}`,
    ]),
    notes: [`Shares are of ${entries} explanations that say what they rest on. Faces belong to the picture.`],
  };
}

function togetherSection(name: string, { entries, together }: EvidenceStats): Section {
  return {
    title: `Modalities that are evidence together: ${name}`,
    columns: [text('modalities'), number('explanations'), number('share')],
    rows: together.map(({ senses, entries: count }) => [senses.join(' + ') || 'none', `${count}`, percent(count, entries)]),
    notes: [],
  };
}

function pointedSection(name: string, { causes, own, before, after }: PointedStats): Section {
  return {
    title: `Where the cause is said: ${name}`,
    columns: [text('utterance'), number('causes'), number('share')],
    rows: [
      ['the one with the emotion', own],
      ['an earlier one', before],
      ['a later one', after],
    ].map(([what, count]) => [`${what}`, `${count}`, percent(Number(count), causes)]),
    notes: ['The set points at utterances of the text: it has no evidence in other modalities.'],
  };
}

function extremesSection({ name, extremes }: SetStats): Section {
  const rows = (kind: string, list: SetStats['extremes']['shortest']) =>
    list.map(({ id, words, text: said }) => [kind, id, `${words}`, said]);
  return {
    title: `The shortest and the longest explanations: ${name}`,
    columns: [text('is'), text('entry'), number('words'), text('explanation')],
    rows: [...rows('shortest', extremes.shortest), ...rows('longest', extremes.longest)],
    notes: [],
  };
}

function speakersSection({ name, speakers, entries }: SetStats): Section {
  return {
    title: `Speakers with most utterances: ${name}`,
    columns: [text('speaker'), number('utterances'), number('share')],
    rows: speakers.map(({ speaker, entries: count }) => [speaker, `${count}`, percent(count, entries)]),
    notes: [],
  };
}
