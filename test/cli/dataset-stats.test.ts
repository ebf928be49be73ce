import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../../src/cli/dataset.ts'; // loaded here, and not on the clock of the first test
import '../../src/models/index.ts';
import type { Entry, EntryEvidence, EntryText } from '../../src/data/exchange/index.ts';
import type { SetStats } from '../../src/data/stats/index.ts';
import { famenet } from '../support/main.ts';
import { xmlFault } from '../support/xml.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const model = fileURLToPath(new URL('../fixtures/roberta-tiny', import.meta.url));

const HOSTILE = `<img src=x onerror=alert(1)>"'</script><script>alert(2)</script>`;
const nothing: EntryEvidence = { text: [], sound: [], picture: [], faces: [], nothing: [] };
const cited: EntryEvidence = { ...nothing, text: [{ turn: 0 }], faces: [{ face: 1, time: 2, note: 'smiles' }], nothing: ['sound'] };
const when = '2026-11-25T12:00:00.000Z';
const draft = (by: string, cause: string, evidence: EntryEvidence): EntryText => ({ by, at: when, cause, reasoning: 'So.', evidence });

/** One, two and four words; two dialogues. */
const ENTRIES: readonly Entry[] = [
  { id: '1', split: 'train', emotion: 'joy', dialogue: 'd1', utterance: 0, speaker: 'Ross', text: 'Hi.', cause: 'Love.', clip: 'a.mp4' },
  { id: '2', split: 'train', emotion: 'joy', dialogue: 'd1', utterance: 1, speaker: 'Ross', text: 'Yes.', cause: "She didn't stay away." },
  { id: '3', split: 'dev', emotion: 'anger', dialogue: 'd2', utterance: 0, speaker: HOSTILE, text: 'No.', cause: `He ${HOSTILE}` },
];

const ANNOTATED: readonly Entry[] = ENTRIES.map((entry, i) => ({
  ...entry,
  senses: ['text', 'sound', 'picture'] as const,
  evidence: i === 2 ? { ...nothing, sound: [{ from: 0, to: 1, note: 'shout' }] } : cited,
  annotation: {
    how: i === 2 ? 'discussion' : 'majority',
    text: 'a',
    at: when,
    drafts: [draft('p1', entry.cause!, cited), draft('p2', i === 0 ? entry.cause! : 'She laughs.', i === 2 ? nothing : cited)],
    measured: { at: when, score: [0.9, 0.8, null][i]!, signature: 'made', threshold: 0.75, passed: i < 2 },
    votes: ['a', i === 1 ? 'b' : 'a', 'abstain'].map((choice, k) => ({ by: `p${k + 3}`, at: when, choice })),
    messages: [],
    revisions: [],
    accepted: [],
    setAside: [],
  },
}));

const lines = (name: string, entries: readonly object[]) =>
  [{ famenet: 'data set', version: 1, name }, ...entries].map((line) => JSON.stringify(line)).join('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  await writeFile(at('set.jsonl'), lines('small', ENTRIES));
  await writeFile(at('annotated.jsonl'), lines('annotated', ANNOTATED));
  const short = ENTRIES.map((entry) => ({ ...entry, emotion: 'fear', cause: 'Snow.' }));
  await writeFile(at('other.jsonl'), lines('other', short));
});
afterAll(() => rm(folder, { recursive: true }));

const statsOf = async (...words: string[]) =>
  JSON.parse((await famenet(['dataset', 'stats', ...words, '--json'])).stdout) as { sets: SetStats[]; difference: never };

test('famenet dataset stats: Table 1, Figures 3 and 4', async () => {
  const { code, stdout, stderr } = await famenet([
    'dataset',
    'stats',
    at('set.jsonl'),
    '--is',
    'ECEM',
    '--task',
    'MECEC',
    '--scene',
    'Conv',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "Table 1: the sets
    |dataset|T|A|V|task |cause type|scene|instances|dialogues|utterances|splits        |
    |-------|-|-|-|-----|----------|-----|--------:|--------:|---------:|--------------|
    |small  |✓|?|✓|MECEC|Generative|Conv |      3 u|        2|       n/a|train 2, dev 1|
    |ECEM † |✓|✓|✓|MECEC|Generative|Conv |  7,273 u|         |          |              |
      Instances of ours are utterances (u) with an emotion to explain; "utterances" counts all of the dialogues, where the source holds them.
      A is ? where films are named and nothing says that their sound was used.
      Rows marked † are printed by Wang et al. (2025), Table 1, and were not counted again here.
      The paper counts unlike things as instances: 13,619 are all utterances of ECF, 7,273 are the explained ones of ECEM.
      Figures 3 and 4 are pictures without numbers in the text: of them only the means are printed, 14.4 words (ECEM) and 8.64 (ECGF), without saying what a word is.

    Figure 3: length of explanations, in words
    |set   |emotion|explanations|min|mean|max|median|
    |------|-------|-----------:|--:|---:|--:|-----:|
    |small |all    |           3|  1|3.00|  4|     4|
    |small |anger  |           1|  4|4.00|  4|     4|
    |small |joy    |           2|  1|2.50|  4|   2.5|
    |ECEM †|all    |            |   |14.4|   |      |
      A word is: between white space, as \`len(text.split())\` counts in Python.
      The row marked † is printed by the paper, which does not say what a word is.

    The same, in Treebank tokens
    |set  |emotion|explanations|min| mean|max|median|
    |-----|-------|-----------:|--:|----:|--:|-----:|
    |small|all    |           3|  1| 8.67| 20|     5|
    |small|anger  |           1| 20|20.00| 20|    20|
    |small|joy    |           2|  1| 3.00|  5|     3|
      A word is: Penn Treebank tokens without punctuation, as captioning scores count: "didn't" is two.

    Figure 4: share of each emotion
    |set  |emotion|utterances| share|
    |-----|-------|---------:|-----:|
    |small|anger  |         1|33.3 %|
    |small|joy    |         2|66.7 %|
      An emotion is how viewers would read a speaker. The paper leaves neutral out; a set that holds it is shown as it is.

    The shortest and the longest explanations: small
    |is      |entry|words|explanation                                                 |
    |--------|-----|----:|------------------------------------------------------------|
    |shortest|1    |    1|Love.                                                       |
    |shortest|2    |    4|She didn't stay away.                                       |
    |shortest|3    |    4|He <img src=x onerror=alert(1)>"'</script><script>alert(2)<…|
    |longest |3    |    4|He <img src=x onerror=alert(1)>"'</script><script>alert(2)<…|
    |longest |2    |    4|She didn't stay away.                                       |
    |longest |1    |    1|Love.                                                       |

    Speakers with most utterances: small
    |speaker                                                     |utterances| share|
    |------------------------------------------------------------|---------:|-----:|
    |Ross                                                        |         2|66.7 %|
    |<img src=x onerror=alert(1)>"'</script><script>alert(2)</sc…|         1|33.3 %|
    "
  `);
});

test('lengths, shares and the place of causes as data', async () => {
  const [set] = (await statsOf(at('set.jsonl'))).sets;
  expect(set!.lengths.whitespace.each.joy).toEqual({ count: 2, min: 1, max: 4, mean: 2.5, quartiles: [1.75, 2.5, 3.25] });
  expect(set!.lengths.ptb.each.joy).toMatchObject({ min: 1, max: 5 }); // did n't
  expect(set!.emotions.map(({ share }) => share)).toEqual([1 / 3, 2 / 3]);
  expect(set).toMatchObject({ dialogues: 2, has: { T: 'yes', A: '?', V: 'yes' }, cause: 'Generative' });
});

test('agreement and evidence of what was annotated', async () => {
  const { stdout } = await famenet(['dataset', 'stats', at('annotated.jsonl')]);
  expect(stdout.slice(stdout.indexOf('Agreement'), stdout.indexOf('The shortest'))).toMatchInlineSnapshot(`
    "Agreement of annotators: annotated
    |what                              |         value|over|measure                  |
    |----------------------------------|-------------:|---:|-------------------------|
    |whether text is evidence: alpha   |          0.00|   3|both 2, one 1            |
    |whether sound is evidence: alpha  |           n/a|   3|both 0, one 0            |
    |whether picture is evidence: alpha|          0.00|   3|both 2, one 1            |
    |votes on the drafts: alpha        |          0.00|   3|2 panels of one mind     |
    |causes that are the same text     |        33.3 %|   3|                         |
    |published by majority             |        66.7 %|   3|                         |
    |score at the gate: mean           |        0.8500|   2|made                     |
    |passed the gate                   |        66.7 %|   3|made                     |
    |BERTScore of the two causes       |n/a (no model)|   3|dataset stats --model DIR|
      Alpha is Krippendorff’s, nominal: 1 is perfect agreement, 0 what chance gives; n/a where all said the same everywhere, of which it can tell nothing.
      Only published items count: their drafts were written blind, their votes after.

    Evidence: annotated
    |in     |explanations| share|looked for, not found|pieces|
    |-------|-----------:|-----:|--------------------:|-----:|
    |text   |           2|66.7 %|                0.0 %|     2|
    |sound  |           1|33.3 %|               66.7 %|     1|
    |picture|           0| 0.0 %|                0.0 %|     0|
    |faces  |           2|66.7 %|                     |     2|
      Shares are of 3 explanations that say what they rest on. Faces belong to the picture.

    Modalities that are evidence together: annotated
    |modalities    |explanations| share|
    |--------------|-----------:|-----:|
    |text + picture|           2|66.7 %|
    |sound         |           1|33.3 %|

    "
  `);
  // text is cited in 11, 11 and 10 of the drafts, votes are aa, ab and aa: one pair of three differs, and of six values one is another: 1 - (2/6)/(2·5/30)
  const [{ agreement } = {} as SetStats] = (await statsOf(at('annotated.jsonl'))).sets;
  expect(agreement!.senses[0]!.alpha).toBeCloseTo(0, 12);
  expect(agreement!.votes).toEqual({ panels: 3, unanimous: 2, alpha: expect.closeTo(0, 12) as number });
  expect(agreement!.texts).toBeUndefined();
});

test('drafts are compared by a model only where one is named', async () => {
  const [set] = (await statsOf(at('annotated.jsonl'), '--model', model)).sets;
  const { texts } = set!.agreement!;
  expect(texts!.signature).toMatch(/^bertscore\|model:.*\|part:F1\|idf:false\|rescaled:false$/);
  expect(texts!.max).toBeCloseTo(1, 5); // one pair is the same text
  expect(texts!.mean).toBeLessThan(1);
  expect(texts!.shuffled).toBeLessThan(texts!.mean);
});

test('two sets beside each other', async () => {
  const { difference } = await statsOf(at('set.jsonl'), '--with', at('other.jsonl'));
  expect(difference).toMatchObject({
    words: { whitespace: { mean: 2, low: 1.5, high: 3 } }, // of words a dialogue: 5 in 2 and 4 in 1, minus 1
    shares: [
      { emotion: 'anger', difference: 1 / 3 },
      { emotion: 'fear', difference: -1 },
      { emotion: 'joy', difference: 2 / 3 },
    ],
    apart: 1,
    signature: 'bootstrap:1000|over:dialogues|seed:12345',
  });
  const { stdout } = await famenet(['dataset', 'stats', at('set.jsonl'), '--with', at('set.jsonl')]);
  expect(stdout).toContain('|mean length, whitespace                  |');
  expect(/mean length, whitespace *\| *0\.00/.test(stdout)).toBe(true);
});

test('the page runs nothing, loads nothing, and takes texts as texts', async () => {
  const words = ['dataset', 'stats', at('annotated.jsonl'), '--html', at('report.html'), '--paper', '--name', HOSTILE];
  expect((await famenet(words)).stderr).toBe(`Wrote ${at('report.html')}\n`);
  const page = await readFile(at('report.html'), 'utf8');
  const tags = new Set([...page.matchAll(/<\/?([a-z]+\d?)/g)].map((found) => found[1]));
  expect([...tags].sort()).toEqual(
    'body circle desc div h1 h2 head html meta p path rect section style svg table tbody td text th thead title tr'.split(' '),
  );
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&lt;/script&gt;');
  expect(page).not.toMatch(/\b(?:src|href|url)\s*[=(]\s*["']?(?!x onerror)/); // the one src is text
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
  const hash = createHash('sha256').update(style!).digest('base64');
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`);
  expect(page).not.toMatch(/<[^>]*\sstyle=/); // its policy would forbid it
  const body = page.slice(page.indexOf('<body>')).replace(/<\/html>\s*$/, '');
  expect(xmlFault(body)).toBeUndefined();
});

test('charts are pictures by themselves, and say in words what they show', async () => {
  expect((await famenet(['dataset', 'stats', at('set.jsonl'), '--with', at('annotated.jsonl'), '--svg', at('charts')])).code).toBe(0);
  expect((await readdir(at('charts'))).sort()).toEqual(['emotions.svg', 'lengths.svg']);
  for (const name of ['emotions.svg', 'lengths.svg']) {
    const svg = await readFile(at(`charts/${name}`), 'utf8');
    expect(xmlFault(svg)).toBeUndefined();
    expect(svg).toContain('prefers-color-scheme:dark');
  }
  expect(await readFile(at('charts/lengths.svg'), 'utf8')).toContain('small: all from 1 to');
  expect(await readFile(at('charts/emotions.svg'), 'utf8')).toContain('small: anger 33.3 %, joy 66.7 %.');
});

test('a set without explanations has shares, and no lengths', async () => {
  await writeFile(at('bare.jsonl'), lines('bare', [{ id: '1', emotion: 'joy' }]));
  const { stdout, code } = await famenet(['dataset', 'stats', at('bare.jsonl'), '--svg', at('bare')]);
  expect(code).toBe(0);
  expect(stdout).not.toContain('Figure 3');
  expect(stdout).toContain('|bare|joy    |         1|100.0 %|');
  expect(xmlFault(await readFile(at('bare/lengths.svg'), 'utf8'))).toBeUndefined();
});

test.each([
  [['stats'], 'DATASET_SOURCE'],
  [['stats', 'SET', '--is', 'ECFM'], 'USAGE_VALUE'],
  [['stats', 'SET', '--html', 'SET'], '--html would overwrite'],
  [['stats', 'SET', '--model', 'NONE'], 'USAGE_PATH'],
])('%j is refused', async (words, message) => {
  const named: Readonly<Record<string, string>> = { SET: at('set.jsonl'), NONE: at('none') };
  const { code, stdout, stderr } = await famenet(['dataset', ...words.map((word) => named[word] ?? word)]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('famenet dataset stats --help', async () => {
  expect((await famenet(['dataset', 'stats', '--help'])).stdout).toMatchInlineSnapshot(`
    "famenet dataset stats: Count a data set: the paper's Table 1 and Figures 3 and 4, agreement of annotators, evidence; alone or beside another

    Usage
      famenet dataset stats [<data>] [options]

    Arguments
      <data>  file or folder in a format of \`dataset export\`, or dialogues with emotions (ours, MELD,
              ECF, RECCON)

    Options
      --db <text>                     in place of it: file of a store, or postgres://…; what its
                                      campaign has published
      --campaign <text>               with --db: which campaign; may be left out where there is one
      --with <path>                   a second set, to stand beside the first
      --is <ECE Corpus|NTCIR-13-ECA|Weibo-Emotion|REMAN|GoodNewsEveryone|MHD|UR-FUNNY|MUStARD|WITS|SMILE|ExFunTube|RECCON-IE|RECCON-DD|ConvECPE|ECF|ECGF|ECEM>
                                      which set of the paper's Table 1 the first one is: its printed
                                      numbers are shown beside, marked †
      --paper                         all of the paper's Table 1, marked †
      --name <text>                   what to call the first set
      --task <text>                   its task, for Table 1
      --scene <text>                  its scene, for Table 1
      --model <path>                  RoBERTa or BERT folder: compares the two drafts of each item by
                                      BERTScore
      --svg <path>                    folder for lengths.svg and emotions.svg; made where it is not
                                      there
      --html <path>                   the report as one page that needs nothing else
      --bootstrap <integer>           resamples for intervals of differences (1 to 100000; default 1000)
      --seed <integer>                of resamples and of shuffled pairs (0 to 4294967295; default
                                      12345)
      --json                          one JSON document on stdout, everything else on stderr
      -h, --help                      this page

    Examples
      famenet dataset stats train.json --is ECEM --html report.html
      famenet dataset stats train.json --with ecf_train.json --svg charts
      famenet dataset stats --db annotations.db --model models/roberta-large
    "
  `);
});
