import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { famenet } from '../support/main.ts';
import { xmlFault } from '../support/xml.ts';

let folder: string;
const at = (name: string) => join(folder, name);

const CAUSES = ['won the cup', 'lost the key', 'missed the train', 'broke the vase', 'found a letter', 'burnt the cake'];
const N = 12;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  const write = (name: string, row: (i: number) => object) =>
    writeFile(at(name), Array.from({ length: N }, (_, i) => `${JSON.stringify({ id: `${i}`, ...row(i) })}\n`).join(''));
  const said = (i: number, who: string) => `The reason ${who} was happy was that ${who} ${CAUSES[i % CAUSES.length]} on day ${i}.`;
  await write('r.jsonl', (i) => ({
    emotion: 'joy',
    utterance: `I ${CAUSES[i % CAUSES.length]}!`,
    pronoun: 'she',
    causes: [said(i, 'she')],
  }));
  await write('good.jsonl', (i) => ({ cause: said(i, 'she') }));
  await write('poor.jsonl', (i) => ({ cause: `She is ${CAUSES[(i + 1) % CAUSES.length]}` }));
  await write('with=sign.jsonl', (i) => ({ cause: said(i, 'he') }));
  await write('bare.jsonl', (i) => ({ causes: [said(i, 'she')] }));
  await write('other.jsonl', (i) => ({ id: `x${i}`, cause: 'x' }));
});
afterAll(() => rm(folder, { recursive: true }));

/** Systems as one types them, with the folder put before the names of files. */
const placed = (system: string) => (existsSync(at(system)) ? at(system) : system.replace(/[^=]+$/, (file) => at(file)));
const compare = (systems: readonly string[], ...more: string[]) =>
  famenet(['compare', ...systems.map(placed), '--references', at('r.jsonl'), ...more]);
const QUICK = ['--metrics', 'bleu,rouge,bleurt', '--bootstrap', '200'];

test('the table as text: groups, floors, the paper, what can be compared, signatures', async () => {
  const { code, stdout, stderr } = await compare(['Our model=good.jsonl', 'poor.jsonl'], ...QUICK);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "12 items, 2 systems. Higher is better. Intervals are 95 %, by bootstrap over items. Rows that share
    a letter are not shown to differ: approximate randomisation on the same items, Holm’s correction
    over the 6 pairs of a column, level 0.05. An asterisk marks the best system.

    |system                     |BLEU-1                  |BLEU-2                  |BLEU-3                  |
    |---------------------------|------------------------|------------------------|------------------------|
    |Our model                  |1.0000* a [1.000, 1.000]|1.0000* a [1.000, 1.000]|1.0000* a [1.000, 1.000]|
    |poor                       |0.0606  d [0.052, 0.066]|0.0000  d [0.000, 0.000]|0.0000  d [0.000, 0.000]|
    |floor: template + utterance|0.6921  b [0.692, 0.692]|0.6492  b [0.649, 0.649]|0.5981  b [0.598, 0.598]|
    |floor: template alone      |0.3679  c [0.368, 0.368]|0.3679  c [0.368, 0.368]|0.3679  c [0.368, 0.368]|

    |system                     |BLEU-4                  |ROUGE-L                 |BLEURT|
    |---------------------------|------------------------|------------------------|------|
    |Our model                  |1.0000* a [1.000, 1.000]|1.0000* a [1.000, 1.000]|n/a   |
    |poor                       |0.0000  d [0.000, 0.000]|0.1616  d [0.137, 0.186]|n/a   |
    |floor: template + utterance|0.5342  b [0.534, 0.534]|0.7831  b [0.783, 0.783]|n/a   |
    |floor: template alone      |0.3679  c [0.368, 0.368]|0.6289  c [0.629, 0.629]|n/a   |

    What these numbers can be compared with
      every number: a number with an equal signature, but for bootstrap and seed; set: stands for the
        ids and references of the test set
      BLEU-1 … BLEU-4, ROUGE-L: papers that scored these very references with pycocoevalcap (as
        captioning papers do; often printed times 100), not sacreBLEU or rouge_score
      tokens: tok:ptb-like gives the tokens of pycocoevalcap for all but 1 of 9,503 sentences of ECEM;
        an odd sentence elsewhere may differ
      FAME-Net paper: Wang et al. (2025) print numbers of another split, by implementations and models
        that they do not name: no number here can be compared with theirs
      floors: what knowing nothing of the cause scores: only what is above them is earned

    Signatures
      BLEU-1: bleu|order:1|length:closest|smooth:none|tok:ptb-like|items:12|refs:1|set:ccb830a1|v:2|bootstrap:200|seed:12345
      BLEU-2: bleu|order:2|length:closest|smooth:none|tok:ptb-like|items:12|refs:1|set:ccb830a1|v:2|bootstrap:200|seed:12345
      BLEU-3: bleu|order:3|length:closest|smooth:none|tok:ptb-like|items:12|refs:1|set:ccb830a1|v:2|bootstrap:200|seed:12345
      BLEU-4: bleu|order:4|length:closest|smooth:none|tok:ptb-like|items:12|refs:1|set:ccb830a1|v:2|bootstrap:200|seed:12345
      ROUGE-L: rougeL|beta:1.2|refs:best-precision-and-recall|tok:ptb-like|items:12|refs:1|set:ccb830a1|v:2|bootstrap:200|seed:12345
      BLEURT: n/a (no checkpoint; \`famenet models pull bleurt-20\`, \`famenet models convert models/bleurt-20 models/bleurt-20-st\`, then --bleurt models/bleurt-20-st)
      groups: approximate-randomisation:200|seed:12345|holm:6pairs|level:0.05
    "
  `);
  expect(stderr).toContain('Scoring Our model 100 %  6 of 6 metrics\n');
  expect(stderr.match(/Comparing 100 %/g)).toHaveLength(1);
});

test('--paper: every row of the paper carries a mark, none of ours does', async () => {
  const { stdout } = await compare(['good.jsonl', 'poor.jsonl'], ...QUICK, '--paper');
  const rows = stdout.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.filter((line) => line.includes('†'))).toHaveLength(19 + 8 + 4);
  expect(rows.find((line) => line.startsWith('|FAME-Net (ours) †'))).toBe('|FAME-Net (ours) † |0.0870|      0.4051|-0.4789|');
  expect(stdout).toContain('Wang et al. 2025, Table 2 (ECEM): as printed, other split\n');
  expect(stdout).toContain('! Table 2: ROUGE of ObG is printed as 027880');
  expect(stdout).toMatch(/FAME-Net paper: [^:]*: no number here can be\s+compared\s+with\s+theirs/);
});

test('--json: the same as data', async () => {
  const { stdout } = await compare(['good.jsonl', 'poor.jsonl'], ...QUICK, '--json', '--paper', '--test', 'bootstrap');
  const document = JSON.parse(stdout) as Record<string, unknown> & { metrics: Record<string, Record<string, unknown>> };
  expect(Object.keys(document)).toEqual(['items', 'systems', 'metrics', 'comparable', 'paper']);
  expect(document.systems).toEqual([
    { name: 'good', floor: false, file: at('good.jsonl') },
    { name: 'poor', floor: false, file: at('poor.jsonl') },
    { name: 'template + utterance', floor: true },
    { name: 'template alone', floor: true },
  ]);
  expect(document.metrics.BLEURT).toEqual({ missing: 'no checkpoint', fix: expect.stringContaining('models pull') as string });
  expect(document.metrics['ROUGE-L']).toMatchObject({
    signature: expect.stringMatching(/^rougeL\|.*\|items:12\|.*\|bootstrap:200\|seed:12345$/) as string,
    test: 'paired-bootstrap:200|seed:12345|holm:6pairs|level:0.05',
    scores: { good: { score: 1, low: 1, high: 1, best: true, group: 'a' }, poor: { best: false } },
    notes: [],
  });
  const pairs = document.metrics['ROUGE-L']!.pairs as { first: string; second: string; p: number; corrected: number }[];
  expect(pairs).toHaveLength(6);
  expect(pairs[0]).toMatchObject({ first: 'good', second: 'poor', p: 1 / 201, corrected: 6 / 201 });
  expect(document.paper).toMatchObject({
    as: 'as printed, other split',
    tables: [{ name: 'Table 2' }, { name: 'Table 3' }, { name: 'Table 4' }],
  });
});

test('--out and --chart write whole files; the other forms', async () => {
  const [csv, svg] = [at('t.csv'), at('c.svg')];
  const { stdout, stderr } = await compare(['good.jsonl', 'with=sign.jsonl'], ...QUICK, '--format', 'csv', '--out', csv, '--chart', svg);
  expect(stdout).toBe('');
  expect(stderr).toContain(`Wrote ${csv}\nWrote ${svg}\n`);
  const rows = parse(await readFile(csv, 'utf8'), { columns: true }) as Record<string, string>[];
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['good', 'with=sign', 'template + utterance', 'template alone']));
  const chart = await readFile(svg, 'utf8');
  expect(xmlFault(chart)).toBeUndefined();
  expect(chart).toContain('with=sign');
  expect((await compare(['good.jsonl'], ...QUICK, '--format', 'markdown')).stdout).toMatch(/^\| system \| BLEU-1 \|/);
  expect((await compare(['good.jsonl'], ...QUICK, '--format', 'latex')).stdout).toContain('\\begin{tabular}{@{}lrrrrrr@{}}');
});

test('without floors, and where there can be none', async () => {
  const none = await compare(['good.jsonl'], ...QUICK, '--no-floor');
  expect(none.stdout).not.toContain('floor');
  const bare = await famenet(['compare', at('good.jsonl'), '--references', at('bare.jsonl'), ...QUICK]);
  expect(bare.stderr).toContain('No floor: the references do not tell emotion');
  expect(bare.stdout).toMatch(/^12 items, 1 system\. /);
});

test.each<readonly [string, string[], string[], string]>([
  ['no system', [], [], 'USAGE_MISSING'],
  ['a file that is not there', ['none.jsonl'], [], 'USAGE_PATH'],
  ['a name without a file', ['A='], [], 'USAGE_VALUE'],
  ['two systems of one name', ['A=good.jsonl', 'A=poor.jsonl'], [], 'expected a name of its own'],
  ['one file twice', ['good.jsonl', 'good.jsonl'], [], 'fix      name it: ANOTHER_NAME='],
  ['a name of a floor', ['template alone=good.jsonl'], [], 'other than template'],
  ['other ids', ['other.jsonl'], [], '12 without a prediction: 0, 1, 2'],
  ['a metric that does not exist', ['good.jsonl'], ['--metrics', 'rogue'], 'did you mean rouge?'],
  ['a format that does not exist', ['good.jsonl'], ['--format', 'xls'], 'text, markdown, latex, csv'],
  ['a folder that is not there', ['good.jsonl'], ['--out', 'no/such/folder/t.txt'], 'no/such/folder does not exist'],
])('%s is refused before any work', async (_, systems, more, words) => {
  const { code, stdout, stderr } = await compare(systems, ...QUICK, ...more);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('Scoring');
});

test('a file that is read is never written, nor one file twice', async () => {
  const before = await readFile(at('poor.jsonl'), 'utf8');
  const eaten = await compare(['good.jsonl', 'poor.jsonl'], '--out', at('poor.jsonl'));
  expect(eaten).toMatchObject({ code: 2, stderr: expect.stringContaining('--out would overwrite a file of this very command') as string });
  expect(await readFile(at('poor.jsonl'), 'utf8')).toBe(before);
  const both = await compare(['good.jsonl'], '--out', at('x.svg'), '--chart', at('x.svg'));
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('neither read nor written otherwise') as string });
});

test('famenet compare --help', async () => {
  const { stdout } = await famenet(['compare', '--help']);
  expect(stdout).toMatchInlineSnapshot(`
    "famenet compare: Put systems side by side: scores, intervals, and which are not shown to differ

    Usage
      famenet compare <systems>… [options]

    Arguments
      <systems>  files of predictions, each as FILE or NAME=FILE; forms as for evaluate

    Options
      --references <path>             JSONL {id, causes}, ECEM JSON, or COCO annotations (required)
      --metrics <text>                any of bleu, meteor, rouge, cider, content, bertscore, bleurt
                                      (default bleu,meteor,rouge,cider,content,bertscore,bleurt)
      --encoder <path>                RoBERTa or BERT folder for BERTScore
      --layer <integer>               the encoder's layer; the one that bert_score recommends where it
                                      knows the model, else the last (at least 1)
      --idf                           BERTScore counts rare pieces more
      --rescale                       BERTScore minus what unrelated sentences score, by the published
                                      baseline
      --baseline <path>               another baseline to rescale with: bert_score's table LAYER,P,R,F
      --bleurt <path>                 BLEURT folder: the PyTorch port, converted to safetensors
      --bleurt-gelu <tanh|erf>        tanh scores as google's BLEURT, erf as its PyTorch port (default
                                      tanh)
      --paraphrases <path>            METEOR's paraphrase-en.gz; without it METEOR runs without
                                      paraphrases and its signature says so (or FAMENET_PARAPHRASES)
      --tokenizer <ptb|whitespace>    ptb as pycocoevalcap, whitespace as nlg-eval (default ptb)
      --no-floor                      leave out the rows of the bare template, which stand there where
                                      the references tell emotion and utterance
      --paper                         add the paper's Tables 2, 3 and 4, marked "as printed, other
                                      split"
      --test <randomisation|bootstrap>
                                      how two systems are tested (default randomisation)
      --bootstrap <integer>           resamples for 95 % intervals and tests, 0 for neither (0 to
                                      1000000; default 1000)
      --seed <integer>                of the resamples (default 12345)
      --format <text|markdown|latex|csv>
                                      the form of the table (default text)
      --out <path>                    write the table into this file; without it, it is printed
      --chart <path>                  write a chart into this .svg file
      --json                          one JSON document on stdout, everything else on stderr
      -h, --help                      this page

    Examples
      famenet compare ours.jsonl theirs.jsonl --references test.jsonl
      famenet compare "FAME-Net=a.jsonl" "text only=b.jsonl" --references ecem.json --paper --chart compare.svg
      famenet compare a.jsonl b.jsonl c.jsonl --references test.jsonl --format latex --out table.tex
    "
  `);
});
