import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { famenet } from '../support/main.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  const items = [
    [
      'a',
      'joy',
      'We won the cup!',
      'The reason she was happy was that her team had won the cup.',
      'The reason she was happy was that they had won.',
    ],
    [
      'b',
      'joy',
      'He wrote back!',
      'The reason he was happy was that his brother wrote back.',
      'The reason he was happy was that he had a letter.',
    ],
    ['c', 'anger', 'You broke it!', 'The reason he was angry was that the vase was broken.', ''],
  ] as const;
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(
    join(folder, 'r.jsonl'),
    lines(items.map(([id, emotion, utterance, cause]) => ({ id, emotion, utterance, pronoun: 'he', causes: [cause] }))),
  );
  await writeFile(join(folder, 'bare.jsonl'), lines(items.map(([id, , , cause]) => ({ id, causes: [cause] }))));
  await writeFile(join(folder, 'p.jsonl'), lines(items.map(([id, , , , cause]) => ({ id, cause }))));
  await writeFile(
    join(folder, 'short.jsonl'),
    lines([
      { id: 'a', cause: 'x' },
      { id: 'q', cause: 'x' },
    ]),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const evaluate = (references: string, ...more: string[]) =>
  famenet(['evaluate', '--predictions', join(folder, 'p.jsonl'), '--references', join(folder, references), ...more]);

test('the table: scores, intervals, floors, emotions, signatures, and what may be compared', async () => {
  const { code, stdout } = await evaluate(
    'r.jsonl',
    '--metrics',
    'bleu,rouge,cider,content,bleurt',
    '--by',
    'emotion',
    '--bootstrap',
    '100',
  );
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "3 items. Higher is better; intervals are 95 %, by bootstrap over items.

    |Metric       | | Score|95 % interval  |Floor: template + utterance|Floor: template alone|
    |-------------|-|-----:|---------------|--------------------------:|--------------------:|
    |BLEU-1       |↑|0.3912|0.0739 – 0.6667|                     0.7088|               0.4890|
    |BLEU-2       |↑|0.3707|0.0687 – 0.6254|                     0.6502|               0.4724|
    |BLEU-3       |↑|0.3462|0.0623 – 0.5964|                     0.5781|               0.4509|
    |BLEU-4       |↑|0.3265|0.0580 – 0.5707|                     0.5134|               0.4334|
    |ROUGE-L      |↑|0.4670|0.2121 – 0.7646|                     0.7499|               0.6883|
    |CIDEr-D      |↑|2.1370|0.6912 – 4.3374|                     3.6395|               3.0162|
    |content-F1   |↑|0.2000|0.0000 – 0.6000|                     0.4656|               0.1667|
    |content-CIDEr|↑|0.6863|0.0000 – 2.0588|                     1.8290|               0.4551|
    |BLEURT       |↑|   n/a|               |                           |                     |

    |Metric       |joy (2)|anger (1)|
    |-------------|------:|--------:|
    |BLEU-1       | 0.6605|   0.0000|
    |BLEU-2       | 0.6259|   0.0000|
    |BLEU-3       | 0.5846|   0.0000|
    |BLEU-4       | 0.5513|   0.0000|
    |ROUGE-L      | 0.7005|   0.0000|
    |CIDEr-D      | 3.2056|   0.0000|
    |content-F1   | 0.3000|   0.0000|
    |content-CIDEr| 1.0294|   0.0000|
    Parts keep what all items have in common, such as the weights of CIDEr: a file of that part alone gives other numbers.

    BLEU-1: bleu|order:1|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    BLEU-2: bleu|order:2|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    BLEU-3: bleu|order:3|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    BLEU-4: bleu|order:4|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    ROUGE-L: rougeL|beta:1.2|refs:best-precision-and-recall|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    CIDEr-D: ciderD|n:4|sigma:6|clip:yes|df:these-items|documents:3|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    content-F1: contentF1|drop:>5%|words:6|list:3b643875|of:3refs|stem:porter2|case:lc|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    content-CIDEr: contentCiderD|drop:>5%|words:6|list:3b643875|of:3refs|stem:porter2|case:lc|n:4|sigma:6|df:these-items|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:2|bootstrap:100|seed:12345
    BLEURT: n/a (no checkpoint; \`famenet models pull bleurt-20\`, \`famenet models convert models/bleurt-20 models/bleurt-20-st\`, then --bleurt models/bleurt-20-st)

    ! content-F1: only 3 references to find the words of the template in: compare with care
    ! content-CIDEr: only 3 references to find the words of the template in: compare with care

    What these numbers can be compared with
      every number: a number with an equal signature, but for bootstrap and seed; set: stands for the
        ids and references of the test set
      BLEU-1 … BLEU-4, ROUGE-L: papers that scored these very references with pycocoevalcap (as
        captioning papers do; often printed times 100), not sacreBLEU or rouge_score
      CIDEr-D: what pycocoevalcap calls CIDEr, on these very references; never another test set or a
        part of this one, whose words weigh otherwise
      content-F1, content-CIDEr: other systems on these very references: no paper prints it
      tokens: tok:ptb-like gives the tokens of pycocoevalcap for all but 1 of 9,503 sentences of ECEM;
        an odd sentence elsewhere may differ
      FAME-Net paper: Wang et al. (2025) print numbers of another split, by implementations and models
        that they do not name: no number here can be compared with theirs
      floors: what knowing nothing of the cause scores: only what is above them is earned
    "
  `);
});

test('--json: the same as data', async () => {
  const { stdout } = await evaluate(
    'r.jsonl',
    '--metrics',
    'rouge,bleurt',
    '--by',
    'emotion',
    '--bootstrap',
    '20',
    '--seed',
    '1',
    '--json',
  );
  const document = JSON.parse(stdout) as Record<string, Record<string, Record<string, unknown>>>;
  expect(Object.keys(document)).toEqual(['items', 'metrics', 'floor', 'byEmotion']);
  expect(document.metrics).toEqual({
    'ROUGE-L': {
      score: expect.closeTo(0.467, 3) as number,
      low: expect.any(Number) as number,
      high: expect.any(Number) as number,
      signature: expect.stringMatching(/^rougeL.*\|tok:ptb-like\|items:3\|refs:1\|set:[0-9a-f]{8}\|v:2\|bootstrap:20\|seed:1$/) as string,
      comparable: expect.stringContaining('pycocoevalcap') as string,
    },
    BLEURT: { missing: expect.any(String) as string, fix: expect.any(String) as string },
  });
  expect(Object.keys(document.floor!)).toEqual(['version', 'template + utterance', 'template alone']);
  expect(document.byEmotion).toMatchObject({ joy: { items: 2 }, anger: { items: 1, metrics: { 'ROUGE-L': { score: 0 } } } });
});

test('references without emotions: no floor, and it says so; --by is refused', async () => {
  const plain = await evaluate('bare.jsonl', '--metrics', 'rouge');
  expect(plain).toMatchObject({ code: 0, stderr: expect.stringContaining('No floor: the references do not tell emotion') as string });
  expect(plain.stdout).not.toContain('template');
  const refused = await evaluate('bare.jsonl', '--by', 'emotion');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('METRIC_NO_EMOTION') as string });
});

test('bad input: ids that do not fit, metrics that do not exist', async () => {
  const ids = await famenet(['evaluate', '--predictions', join(folder, 'short.jsonl'), '--references', join(folder, 'r.jsonl')]);
  expect(ids).toMatchObject({ code: 2, stdout: '' });
  expect(ids.stderr).toContain('2 without a prediction: b, c; 1 without a reference: q');
  const metric = await evaluate('r.jsonl', '--metrics', 'bleu,rogue');
  expect(metric).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean rouge?') as string });
});

/** Both files of one run, by name: `{id: text}`; several references in a list. */
async function scored(name: string, said: Record<string, string>, meant: Record<string, string | string[]>, ...more: string[]) {
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, `${name}.p`), lines(Object.entries(said).map(([id, cause]) => ({ id, cause }))));
  await writeFile(join(folder, `${name}.r`), lines(Object.entries(meant).map(([id, causes]) => ({ id, causes: [causes].flat() }))));
  const words = ['evaluate', '--predictions', join(folder, `${name}.p`), '--references', join(folder, `${name}.r`)];
  const run = await famenet([...words, '--metrics', 'bleu,meteor,rouge,cider,content', '--bootstrap', '20', '--json', ...more]);
  const { metrics } = JSON.parse(run.stdout) as { metrics: Record<string, { score: number; low: number; high: number; note?: string }> };
  for (const [metric, { score, low, high }] of Object.entries(metrics)) {
    for (const value of [score, low, high]) expect(Number.isFinite(value), `${metric}: ${value}`).toBe(true);
  }
  return { metrics, code: run.code };
}

const PLAIN = { a: 'She was happy because she won the cup.', b: 'He was sad because the dog ran away.' };

test('empty candidates score 0 and break nothing', async () => {
  const { metrics } = await scored('empty', { a: '', b: ' ' }, PLAIN);
  for (const [metric, { score }] of Object.entries(metrics)) expect(score, metric).toBeLessThan(1e-12);
});

test('identical sentences score what can be scored at most', async () => {
  const { metrics } = await scored('same', PLAIN, PLAIN);
  for (const metric of ['BLEU-1', 'BLEU-4', 'ROUGE-L', 'METEOR', 'content-F1']) expect(metrics[metric]!.score, metric).toBeCloseTo(1, 6);
  expect(metrics['CIDEr-D']!.score).toBeCloseTo(10, 6);
});

test('one item: CIDEr is 0, and it says why', async () => {
  const { metrics } = await scored('one', { a: PLAIN.a }, { a: PLAIN.a });
  expect(metrics['CIDEr-D']).toMatchObject({ score: 0, note: expect.stringContaining('CIDEr is 0 by definition') as string });
  expect(metrics['BLEU-4']!.score).toBeCloseTo(1, 6);
});

test('other scripts are words like others', async () => {
  const text = { a: '她 很 高兴 因为 她 赢 了 比赛', b: 'إنها سعيدة لأنها فازت', c: '😀 👩‍👩‍👧 é' };
  const { metrics } = await scored('scripts', text, text, '--tokenizer', 'whitespace');
  expect(metrics['ROUGE-L']!.score).toBeCloseTo(1, 6);
  expect((await scored('scripts-ptb', text, text)).metrics['ROUGE-L']!.score).toBeCloseTo(1, 6);
});

test('a very long candidate takes a moment, not minutes', async () => {
  const long = Array.from({ length: 20_000 }, (_, i) => `word${i % 997}`).join(' ');
  const { code } = await scored('long', { a: long, b: PLAIN.b }, { a: ['word1 word2 the cup', long.slice(0, 2000)], b: PLAIN.b });
  expect(code).toBe(0);
}, 30_000);

test.each([
  ['twice', '{"id":"a","cause":"x"}\n{"id":"a","cause":"y"}\n', 'METRIC_ID_TWICE'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'FILE_DAMAGED'],
  ['nothing', '', 'METRIC_FILE_EMPTY'],
])('predictions with %s are refused', async (_, content, code) => {
  await writeFile(join(folder, 'x.p'), content);
  const run = await famenet(['evaluate', '--predictions', join(folder, 'x.p'), '--references', join(folder, 'r.jsonl')]);
  expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`[${code}]`) as string });
});

/** Runs TypeScript in a process of its own, with the repository's modules; what it prints is JSON. */
function alone(program: string, ...preload: string[]): unknown {
  const run = spawnSync(process.execPath, ['--import', 'tsx', ...preload, '--input-type=module', '--eval', program], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

/** Native libraries in the process: whoever loads ONNX Runtime shows it here, whatever way it came in. */
const LOADED = `process.report.excludeNetwork = true;
const engines = () => process.report.getReport().sharedObjects.filter((file) => /onnxruntime/.test(file)).length;`;

test('metrics that need no encoder load no engine; the one that does, does', () => {
  const found = alone(`${LOADED}
    const { bleu, ciderD, meteor, openWordNet, rougeL, score } = await import('./src/metrics/index.ts');
    const items = [{ id: '1', hyp: 'a b c d', refs: ['a b c d'] }, { id: '2', hyp: 'x', refs: ['y'] }];
    const rows = await score([bleu(), rougeL(), ciderD(), meteor({ wordnet: await openWordNet() })], items);
    const before = engines();
    const { openEncoder } = await import('./src/models/index.ts');
    const encoder = await openEncoder('./test/fixtures/roberta-tiny');
    await encoder.encode(['a'], {});
    console.log(JSON.stringify({ rows: rows.length, before, after: engines() > 0 }));
    process.exit(0);`);
  expect(found).toEqual({ rows: 4, before: 0, after: true });
}, 60_000);

test('without WordNet METEOR is n/a, and nothing takes its place', async () => {
  const preload = `data:text/javascript,${encodeURIComponent(`
    import Module from 'node:module';
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (name.startsWith('wordnet/')) throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
      return resolve.call(this, name, ...rest);
    };`)}`;
  const words = [
    'evaluate',
    '--predictions',
    join(folder, 'p.jsonl'),
    '--references',
    join(folder, 'r.jsonl'),
    '--metrics',
    'meteor,rouge',
  ];
  const found = alone(
    `const { main } = await import('./src/cli/main.ts');
    let text = '';
    const code = await main(${JSON.stringify([...words, '--bootstrap', '0', '--json'])}, {
      stdout: { write: (piece) => (text += piece) }, stderr: { write() {} }, env: {}, signals: process, kill() {},
    });
    console.log(JSON.stringify({ code, metrics: JSON.parse(text).metrics }));`,
    '--import',
    preload,
  );
  expect(found).toMatchObject({ code: 0, metrics: { METEOR: { missing: 'no WordNet', fix: '`npm install wordnet`' }, 'ROUGE-L': {} } });
  expect(Object.keys((found as { metrics: object }).metrics)).toEqual(['METEOR', 'ROUGE-L']);
}, 60_000);

test('without resamples there are no intervals to show', async () => {
  const { stdout } = await evaluate('bare.jsonl', '--metrics', 'rouge', '--bootstrap', '0');
  expect(stdout).toMatch(
    /^3 items\. Higher is better\.\n\n\|Metric \| \| Score\|\n\|-------\|-\|-----:\|\n\|ROUGE-L\|↑\|0\.4670\|\n\nROUGE-L: /,
  );
});
