import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    "3 items. Higher is better; intervals are 95 %.

    metric         score   interval         template + utterance  template alone
    BLEU-1         0.3912  0.0739 – 0.6667  0.7088                0.4890
    BLEU-2         0.3707  0.0687 – 0.6254  0.6502                0.4724
    BLEU-3         0.3462  0.0623 – 0.5964  0.5781                0.4509
    BLEU-4         0.3265  0.0580 – 0.5707  0.5134                0.4334
    ROUGE-L        0.4670  0.2121 – 0.7646  0.7499                0.6883
    CIDEr-D        2.1370  0.6912 – 4.3374  3.6395                3.0162
    content-F1     0.2000  0.0000 – 0.6000  0.4656                0.1667
    content-CIDEr  0.6863  0.0000 – 2.0588  1.8290                0.4551
    BLEURT         n/a

    emotion  items  BLEU-1  BLEU-2  BLEU-3  BLEU-4  ROUGE-L  CIDEr-D  content-F1  content-CIDEr
    joy          2  0.6605  0.6259  0.5846  0.5513  0.7005   3.2056   0.3000      1.0294
    anger        1  0.0000  0.0000  0.0000  0.0000  0.0000   0.0000   0.0000      0.0000

    BLEU-1: bleu|order:1|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    BLEU-2: bleu|order:2|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    BLEU-3: bleu|order:3|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    BLEU-4: bleu|order:4|length:closest|smooth:none|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    ROUGE-L: rougeL|beta:1.2|refs:best-precision-and-recall|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    CIDEr-D: ciderD|n:4|sigma:6|clip:yes|df:these-items|documents:3|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    content-F1: contentF1|drop:>5%|words:6|list:3b643875|of:3refs|stem:porter2|case:lc|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    content-CIDEr: contentCiderD|drop:>5%|words:6|list:3b643875|of:3refs|stem:porter2|case:lc|n:4|sigma:6|df:these-items|tok:ptb-like|items:3|refs:1|set:ff62e7a7|v:1|bootstrap:100|seed:12345
    BLEURT: n/a (no checkpoint; \`famenet models pull bleurt-20\`, \`famenet models convert models/bleurt-20 models/bleurt-20-st\`, then --bleurt models/bleurt-20-st)

    ! content-F1: only 3 references to find the words of the template in: compare with care
    ! content-CIDEr: only 3 references to find the words of the template in: compare with care
    Compare only scores with equal signatures; set: names the test set. A paper’s number on another split stands for other items.
    BLEU, ROUGE-L and CIDEr-D are those of pycocoevalcap, but for some rare tokens (tok:ptb-like); papers often print them times 100.
    CIDEr-D is what most papers call CIDEr. Its weights come from this very set, so it is never comparable with another set, or a part.
    content-F1 and content-CIDEr leave out the words that most references share; no paper prints them.
    The template columns know nothing of the cause: what they score is paid for the phrase.
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
      signature: expect.stringMatching(/^rougeL.*\|tok:ptb-like\|items:3\|refs:1\|set:[0-9a-f]{8}\|v:1\|bootstrap:20\|seed:1$/) as string,
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
