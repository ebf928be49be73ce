import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { famenet } from '../support/main.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
let folder: string;
let bert: { rows: { candidate: string; references: string[] }[]; rescaled: { f: number[] }; idf: { f: number[] } };
let pairs: { reference: string; candidate: string; tanh: number; erf: number }[];

/** Files of predictions and references, and the words that name them. */
async function files(name: string, rows: readonly { candidate: string; references: readonly string[] }[]): Promise<string[]> {
  const write = (kind: string, lines: readonly object[]) =>
    writeFile(join(folder, `${name}.${kind}`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await write(
    'p.jsonl',
    rows.map(({ candidate }, i) => ({ id: `${i}`, cause: candidate })),
  );
  await write(
    'r.jsonl',
    rows.map(({ references }, i) => ({ id: `${i}`, causes: references })),
  );
  return [
    'evaluate',
    '--predictions',
    join(folder, `${name}.p.jsonl`),
    '--references',
    join(folder, `${name}.r.jsonl`),
    '--no-floor',
    '--bootstrap',
    '0',
  ];
}

interface Document {
  readonly metrics: Readonly<Record<string, { score: number; signature: string }>>;
}
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  bert = JSON.parse(await readFile(join(fixture('bertscore'), 'end-to-end.json'), 'utf8'));
  pairs = JSON.parse(await readFile(join(fixture('rembert-tiny'), 'expected.json'), 'utf8')).pairs;
});
afterAll(() => rm(folder, { recursive: true }));

test('BERTScore of a whole file is bert_score’s, rescaled or with idf, and the signature says which', async () => {
  const words = [...(await files('bert', bert.rows)), '--metrics', 'bertscore', '--encoder', fixture('roberta-tiny'), '--json'];
  const rescaled = await famenet([...words, '--baseline', join(fixture('bertscore'), 'baseline.tsv'), '--layer', '2']);
  const { metrics } = JSON.parse(rescaled.stdout) as Document;
  expect(metrics['BERTScore-F1']?.score).toBeCloseTo(mean(bert.rescaled.f), 5);
  expect(metrics['BERTScore-F1']?.signature).toMatch(
    /^bertscore\|model:roberta-tiny_L2_[0-9a-f]{12}\|part:F1\|idf:false\|rescaled:0.51\/0.52\/0.535\|items:35\|refs:1-3\|/,
  );
  const idf = JSON.parse((await famenet([...words, '--idf'])).stdout) as Document;
  expect(idf.metrics['BERTScore-F1']?.score).toBeCloseTo(mean(bert.idf.f), 5);
  expect(idf.metrics['BERTScore-F1']?.signature).toContain('|idf:true|rescaled:false|');
});

test('BLEURT of a whole file, by google’s GELU or the port’s, with progress on stderr', async () => {
  const words = [
    ...(await files(
      'bleurt',
      pairs.map((p) => ({ ...p, references: [p.reference] })),
    )),
    '--metrics',
    'bleurt',
    '--json',
  ];
  const google = await famenet([...words, '--bleurt', fixture('rembert-tiny')]);
  const { metrics } = JSON.parse(google.stdout) as Document;
  expect(metrics.BLEURT?.score).toBeCloseTo(mean(pairs.map((p) => p.tanh)), 5);
  expect(metrics.BLEURT?.signature).toMatch(/^bleurt\|model:rembert-tiny_T40_gelu-tanh_[0-9a-f]{12}\|over:max\|items:44\|refs:1\|/);
  expect(google.stderr).toContain('Scoring by BLEURT 100 %  44 of 44 inputs');
  const port = await famenet([...words, '--bleurt', fixture('rembert-tiny'), '--bleurt-gelu', 'erf']);
  expect((JSON.parse(port.stdout) as Document).metrics.BLEURT?.score).toBeCloseTo(mean(pairs.map((p) => p.erf)), 5);
});

test('what is not there is n/a with what to pull; what cannot be is refused', async () => {
  const words = await files('one', bert.rows.slice(0, 2));
  const { code, stdout } = await famenet([...words, '--metrics', 'bertscore,bleurt']);
  expect(code).toBe(0);
  expect(stdout).toContain('BERTScore: n/a (no encoder; `famenet models pull roberta-large`, then --encoder models/roberta-large)');
  expect(stdout).toContain('BLEURT: n/a (no checkpoint; `famenet models pull bleurt-20`, ');
  const unknown = await famenet([...words, '--metrics', 'bertscore', '--encoder', fixture('roberta-tiny'), '--rescale']);
  expect(unknown).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/METRIC_BASELINE[\s\S]*got +roberta-tiny_L2\n/) as string,
  });
  const google = join(folder, 'BLEURT-20');
  await mkdir(join(google, 'variables'), { recursive: true });
  for (const name of ['saved_model.pb', 'bert_config.json', 'sent_piece.model']) await writeFile(join(google, name), '');
  const theirs = await famenet([...words, '--metrics', 'bleurt', '--bleurt', google]);
  expect(theirs).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/TensorFlow checkpoint \(saved_model\.pb, variables\)[\s\S]*models pull/) as string,
  });
});

test('compare with an encoder: every system scores what it scores alone', async () => {
  const [verb, ...words] = await files('good', bert.rows);
  const [, ...others] = await files(
    'poor',
    bert.rows.map(({ references }) => ({ candidate: 'no idea', references })),
  );
  const by = ['--metrics', 'bertscore', '--encoder', fixture('roberta-tiny'), '--json'];
  const alone = await Promise.all(
    [words, others].map(async (given) => {
      const { stdout } = await famenet([verb!, ...given, ...by]);
      return (JSON.parse(stdout) as Document).metrics['BERTScore-F1']!.score;
    }),
  );
  const [good, poor, references] = [words[1]!, others[1]!, words[3]!];
  const { stdout } = await famenet(['compare', `good=${good}`, `poor=${poor}`, '--references', references, '--bootstrap', '20', ...by]);
  const { metrics } = JSON.parse(stdout) as { metrics: Record<string, { scores: Record<string, { score: number }> }> };
  const { scores } = metrics['BERTScore-F1']!;
  expect([scores.good!.score, scores.poor!.score]).toEqual(alone);
  expect(alone[0]).not.toBe(alone[1]);
});
