import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { EMOTIONS } from '../../base/emotion.ts';
import { FameError } from '../../base/errors.ts';
import { guarded, unguarded } from './csv.ts';
import type { Annotation, DataSet, Entry, EntryEvidence, EntryText, Round } from './entry.ts';
import { lean } from './entry.ts';
import { fileOfSplit, splitOfFile } from './format.ts';
import { FORMATS, type FormatName } from './formats.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('=1+1', "'=1", '-5', '@x', '\tx', '"a", b', 'a\r\nb', '<video>', '> ', ' <b>', '{"a":1}', '\ufeff', "'", '-1'),
);
const some = text.filter((one) => one !== '');
const whole = fc.nat(200);
const time = fc.double({ min: 0, max: 1e4, noNaN: true }).map((x) => x + 0);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 2 });

/** A record without the keys that are undefined. */
const record = <T extends object>(fields: { [K in keyof T]-?: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> =>
  fc.record(fields as never).map((one) => Object.fromEntries(Object.entries(one as object).filter(([, v]) => v !== undefined)) as T);

const sense = fc.constantFrom('text', 'sound', 'picture');
const stretch = fc.record({ from: time, to: time, note: text });
const evidence: fc.Arbitrary<EntryEvidence> = fc.record({
  text: few(record<{ turn: number; note?: string }>({ turn: whole, note: maybe(text) })),
  sound: few(stretch),
  picture: few(stretch),
  faces: few(fc.record({ face: whole, time, note: text })),
  nothing: few(sense),
}) as fc.Arbitrary<EntryEvidence>;
const by = fc.constantFrom('p1', 'p2', 'p3');
const at = fc.constant('2026-11-25T12:00:00.000Z');
const written = record<EntryText>({ by, at, cause: text, reasoning: text, evidence, guidelines: maybe(some) });
const ROUND = {
  drafts: few(written),
  measured: maybe(fc.record({ at, score: fc.option(time), signature: text, threshold: time, passed: fc.boolean() })),
  votes: few(record<Round['votes'][number]>({ by, at, choice: fc.constantFrom('a', 'b'), note: maybe(text) })),
  messages: few(fc.record({ by, at, text })),
  revisions: few(written),
  accepted: few(fc.record({ by, text: fc.constantFrom('a', 'revision-1') })),
};
const annotation = record<Annotation>({
  ...ROUND,
  how: fc.constantFrom('majority', 'discussion'),
  text: fc.constantFrom('a', 'b'),
  at,
  setAside: few(record<Annotation['setAside'][number]>({ ...ROUND, round: whole, at, by, reason: text })),
});
const entry = record<Entry>({
  id: fc.oneof(some, whole.map(String)),
  split: maybe(fc.oneof(fc.constantFrom('train', 'dev', 'data', 'a b', '..', 'Test.1', '%64'), some)),
  emotion: fc.constantFrom(...EMOTIONS),
  dialogue: maybe(fc.oneof(some, fc.constantFrom('480', 't_12'))),
  utterance: maybe(whole),
  speaker: maybe(fc.oneof(some, fc.constantFrom('Ross', 'Mrs. Green'))),
  text: maybe(some),
  clip: maybe(fc.oneof(some, fc.constantFrom('480_5.mp4', 'films/t_1_2.mp4', 'a/b.PNG'))),
  turns: maybe(few(record<NonNullable<Entry['turns']>[number]>({ number: whole, speaker: maybe(some), text }))),
  cause: fc.option(some, { nil: undefined, freq: 6 }),
  spans: maybe(few(record<NonNullable<Entry['spans']>[number]>({ turn: whole, text: maybe(some) }))),
  reasoning: maybe(some),
  evidence: maybe(evidence),
  senses: maybe(few(sense) as fc.Arbitrary<NonNullable<Entry['senses']>>),
  annotation: maybe(annotation),
});
const dataSet = record<DataSet>({
  name: some,
  entries: fc.array(entry, { maxLength: 4 }),
  utterances: maybe(whole),
  protocol: maybe(
    fc.record({
      title: text,
      voters: whole,
      gate: fc.oneof(fc.record({ none: text }), fc.record({ signature: text, threshold: time })),
      guidelines: few(fc.record({ version: text, text })),
      people: few(fc.record({ id: by, roles: few(text) })),
    }),
  ),
});

/** Files as a folder gives them: by name. */
const roundTrip = (format: FormatName, set: DataSet) => {
  const { files, left } = FORMATS[format].write(set);
  return { read: FORMATS[format].read(new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), 'set'), left };
};
/** Entries as they come back from one file for each part. */
const byFile = (entries: readonly Entry[]): Entry[] => {
  const name = (e: Entry) => fileOfSplit(e.split ?? '', 'json');
  return entries.toSorted((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
};

/** Entries that a format can hold. */
const fitting = (format: FormatName, { name, entries }: DataSet) =>
  entries.filter((one) => FORMATS[format].write({ name, entries: [one] }).left.length === 0);

describe('what goes out comes back', () => {
  property.prop([dataSet], { numRuns: 40 })('jsonl: everything', (set) => {
    expect(roundTrip('jsonl', set)).toEqual({ read: set, left: [] });
  });

  property.prop([dataSet], { numRuns: 40 })('hf: everything, part by part', (set) => {
    expect(roundTrip('hf', set)).toEqual({ read: { ...set, entries: byFile(set.entries) }, left: [] });
  });

  property.prop([dataSet], { numRuns: 40 })('csv: every entry, formulas included', (set) => {
    expect(roundTrip('csv', set)).toEqual({ read: { name: 'set', entries: set.entries }, left: [] });
  });

  property.prop([dataSet], { numRuns: 40 })('llava: clip, emotion, speaker, text, cause and reasoning', (set) => {
    const { read, left } = roundTrip('llava', set);
    const carried = ({ id, split, emotion, speaker, text: said, clip, cause, reasoning }: Entry) =>
      lean({ id, split, emotion, speaker, text: said, clip, cause, reasoning });
    expect(read.entries).toEqual(byFile(fitting('llava', set)).map(carried));
    expect(read.entries.length + left.length).toBe(set.entries.length);
  });

  property.prop([dataSet], { numRuns: 40 })('ecem: film, emotion, speaker, text and cause', (set) => {
    const { read, left } = roundTrip('ecem', set);
    const carried = ({ id, split, emotion, speaker, text: said, cause }: Entry) => lean({ id, split, emotion, speaker, text: said, cause });
    expect(read.entries.map(carried)).toEqual(byFile(fitting('ecem', set)).map(carried));
    expect(read.entries.length + left.length).toBe(set.entries.length);
    // once it has been through, nothing is lost any more
    expect(roundTrip('ecem', read).read.entries).toEqual(read.entries);
  });
});

const E: Entry = { id: '8', emotion: 'joy', speaker: 'Ross', text: 'Hi.', cause: 'She came.', dialogue: '5', utterance: 2 };

test('ecem is what its authors publish, to the letter', () => {
  const { files } = FORMATS.ecem.write({ name: 'x', entries: [{ ...E, clip: 'films/t_480_5.mp4' }, E] });
  expect(files.get('data.json')).toMatchInlineSnapshot(`
    "[
     {
      "id": 8,
      "video": "t_480_5.mp4",
      "conversations": [
       {
        "from": "human",
        "value": "<video>\\nExplain why the emotion of this statement is joy <Ross: Hi.>"
       },
       {
        "from": "gpt",
        "value": "She came."
       }
      ]
     },
     {
      "id": 8,
      "video": "5_2.mp4",
      "conversations": [
       {
        "from": "human",
        "value": "<video>\\nExplain why the emotion of this statement is joy <Ross: Hi.>"
       },
       {
        "from": "gpt",
        "value": "She came."
       }
      ]
     }
    ]
    "
  `);
  expect(FORMATS.ecem.read(files, 'x.json').entries).toEqual([
    { ...E, clip: 't_480_5.mp4', dialogue: 't_480', utterance: 5 },
    { ...E, clip: '5_2.mp4' },
  ]);
});

test('llava: pictures have a key of their own, and reasoning is asked for', () => {
  const { files } = FORMATS.llava.write({ name: 'x', entries: [{ ...E, clip: 'a/b.jpg', reasoning: 'She smiles.' }, E] });
  expect(files.get('data.json')).toMatchInlineSnapshot(`
    "[
     {
      "id": "8",
      "image": "a/b.jpg",
      "conversations": [
       {
        "from": "human",
        "value": "<image>\\nExplain why the emotion of this statement is joy <Ross: Hi.>"
       },
       {
        "from": "gpt",
        "value": "She came."
       },
       {
        "from": "human",
        "value": "How can that be told?"
       },
       {
        "from": "gpt",
        "value": "She smiles."
       }
      ]
     },
     {
      "id": "8",
      "conversations": [
       {
        "from": "human",
        "value": "Explain why the emotion of this statement is joy <Ross: Hi.>"
       },
       {
        "from": "gpt",
        "value": "She came."
       }
      ]
     }
    ]
    "
  `);
});

test.each([
  ['ecem', { ...E, cause: undefined }, 'no cause'],
  ['ecem', { ...E, dialogue: undefined, clip: 'film.mkv' }, 'no film'],
  ['ecem', { ...E, dialogue: 'a/b' }, 'no film'],
  ['ecem', { ...E, speaker: 'Ross: the divorcer' }, 'a speaker'],
  ['llava', { ...E, text: 'see <image> here' }, 'LLaVA reads as a picture'],
  ['llava', { ...E, reasoning: '<video>' }, 'a reasoning'],
] as const)('%s leaves %j out, and says why', (format, one, why) => {
  const { left } = FORMATS[format].write({ name: 'x', entries: [lean(one), E] });
  expect(left).toEqual([{ id: '8', why: expect.stringContaining(why) as string }]);
});

test.each(['=HYPERLINK("http://x","y")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", "''@x"])('no spreadsheet runs %j', (text) => {
  expect(guarded(text)).toBe(`'${text}`);
  expect(unguarded(guarded(text))).toBe(text);
  const { files } = FORMATS.csv.write({ name: 'x', entries: [{ ...E, speaker: text, cause: text }] });
  expect(
    files
      .get('data.csv')!
      .split('"')
      .filter((cell) => /^[=+\-@\t\r]/.test(cell) && cell !== '\r\n'),
  ).toEqual([]);
});

test("an apostrophe before a word is the text's own", () => expect(unguarded(guarded("'tis"))).toBe("'tis"));

test('the card of a folder for datasets', () => {
  const { files } = FORMATS.hf.write({ name: 'a <b> *c*\n---', entries: [E, { ...E, split: 'dev' }, { ...E, split: 'train' }] });
  expect([...files.keys()]).toEqual(['README.md', 'protocol.json', 'data/data.jsonl', 'data/dev.jsonl', 'data/train.jsonl']);
  expect(files.get('README.md')!.replace(/dataset_info:[\s\S]*?\n---/, '…\n---')).toMatchInlineSnapshot(`
    "---
    pretty_name: "a <b> *c*\\n---"
    language:
    - en
    task_categories:
    - text-generation
    size_categories:
    - n<1K
    tags:
    - emotion
    - emotion-cause
    - dialogue
    configs:
    - config_name: default
      data_files:
      - split: train
        path:
        - "data/data.jsonl"
        - "data/train.jsonl"
      - split: dev
        path:
        - "data/dev.jsonl"
    …
    ---

    # a \\<b\\> \\*c\\* ---

    Why speakers of conversations feel an emotion, in words, as viewers would read them. 3 utterances of 1 dialogue. An emotion is how viewers would
    read a speaker, never what a person feels.

    | split | utterances |
    |---|---:|
    | train | 2 |
    | dev | 1 |

    Columns: \`turns\` is the dialogue as annotators saw it; \`evidence\` names turns, seconds of the film and faces; \`annotation\` is a text of JSON with drafts, score of
    agreement, votes and discussion, people by pseudonyms.
    Films are named, not included. Written by famenet: say here whose data it is, and under which licence it may be passed on.
    "
  `);
  expect(Object.keys(JSON.parse(files.get('data/dev.jsonl')!))).toEqual(
    [...files.get('README.md')!.matchAll(/^ {2}- name: (\w+)$/gm)].map((found) => found[1]),
  );
});

test.each(['data', '..', 'a/b', '.x', 'v1.2', '%', 'é\u{1f600}'])('a part named %j has a file of its own, and comes back', (split) => {
  const file = fileOfSplit(split, 'json');
  expect(file).not.toBe('data.json');
  expect(file).not.toContain('/');
  expect(splitOfFile(`data/${file}`)).toBe(split);
});

test('docs/format.md says what each form loses', () => {
  const page = readFileSync(new URL('../../../docs/format.md', import.meta.url), 'utf8');
  const lines = new Set(page.split('\n'));
  expect(Object.values(FORMATS).flatMap(({ loses }) => loses.filter((sentence) => !lines.has(`- ${sentence}`)))).toEqual([]);
});

const HEAD = '{"famenet":"data set","version":1,"name":"x"}';

test.each([
  ['jsonl', '', 'an empty file'],
  ['jsonl', '{"id":"1"}', '{"id":"1"}'],
  ['jsonl', HEAD.replace('1', '2'), '"version":2'],
  ['jsonl', `${HEAD}\n{"id":"1"`, 'set:2'],
  ['jsonl', `${HEAD}\n{"id":1,"emotion":"joy"}`, 'set:2.id'],
  ['jsonl', `${HEAD}\n{"id":"1","emotion":"glee"}`, 'set:2.emotion'],
  ['jsonl', `${HEAD}\n{"id":"1","emotion":"joy","caus":"x"}`, 'set:2.caus'],
  ['jsonl', `${HEAD}\n{"id":"1","emotion":"joy","turns":[{"number":0.5,"text":""}]}`, 'set:2.turns[0].number'],
  ['jsonl', `${HEAD}\n{"id":"1","emotion":"joy","annotation":{}}`, 'set:2.annotation.drafts'],
  ['csv', '"id","emotion"\r\n"1","glee"\r\n', 'set, line 2'],
  ['csv', '"id","emotion","utterance"\r\n"1","joy","two"\r\n', 'set, line 2, utterance'],
  ['csv', '"id","emotion","turns"\r\n"1","joy","["\r\n', 'set, line 2, turns'],
  ['llava', '{}', 'a list of'],
  ['llava', '[{"id":1}]', 'set, entry 1'],
  ['hf', '', 'data/<split>.jsonl'],
] as const)('%s refuses %j', (format, content, place) => {
  let thrown: unknown;
  try {
    FORMATS[format].read(new Map([['data.x', content]]), 'set');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FameError);
  expect((thrown as FameError).code).toBe('DATASET_FILE');
  expect((thrown as FameError).message).toContain(place);
});

test('null stands for what is absent: as tables of other programs write it', () => {
  const content = `${HEAD}\n{"id":"1","emotion":"joy","cause":null,"speaker":"","turns":null}`;
  expect(FORMATS.jsonl.read(new Map([['data.jsonl', content]]), 'set').entries).toEqual([{ id: '1', emotion: 'joy' }]);
});
