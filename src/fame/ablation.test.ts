import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { xmlFault } from '../../test/support/xml.ts';
import { TABLE_FORMATS, tableChart } from '../metrics/index.ts';
import { causeOf, judge, readTruths, type Truth, writeWorld } from '../synth/index.ts';
import { ABLATED, type Ablated, type Answers, type AskedCause, ablation, TOLD_BY, type TrueCause } from './ablation.ts';
import { answersFile, readAnswers } from './ablation-answers.ts';
import { ablationTable } from './ablation-table.ts';

let root: string;
let truths: Truth[];
let [asked, learnt]: [AskedCause[], TrueCause[]] = [[], []];

const knownOf = (truth: Truth): TrueCause => ({ kind: truth.kind, emotion: truth.emotion, about: causeOf(truth), cause: truth.cause });

const failing = (code: string, got?: string) =>
  expect.objectContaining({
    code,
    ...(got === undefined ? {} : { detail: expect.objectContaining({ got: expect.stringContaining(got) as string }) as object }),
  }) as Error;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-ablation-'));
  await writeWorld(join(root, 'world'), { seed: 6, dialogues: 300, split: true });
  truths = await readTruths(join(root, 'world'));
  asked = truths
    .filter(({ split }) => split === 'test')
    .map((truth) => ({ ...knownOf(truth), id: truth.video, right: (text) => judge(text, truth).right }));
  learnt = truths.filter(({ split }) => split === 'train').map(knownOf);
});
afterAll(() => rm(root, { recursive: true }));

/** Who knows every cause that these modalities tell, and says something of training otherwise. */
const knowing = (seed: string, modalities: Ablated, knows = (one: AskedCause) => modalities.includes(TOLD_BY[one.kind])): Answers => ({
  seed,
  modalities,
  predictions: asked.map((one) => ({ id: one.id, text: knows(one) ? one.cause : 'The reason they were so is that a whale sang.' })),
});
const all = (seed: string, knows?: (one: AskedCause) => boolean) => ABLATED.map((letters) => knowing(seed, letters, knows));

describe('who knows what each modality tells', () => {
  test('is right just there, and gains are exactly those of the control', async () => {
    const { rows, gains, columns, items, kinds } = await ablation(asked, learnt, all('1'), { samples: 200 });
    expect({ items, kinds, columns }).toEqual({
      items: 30,
      kinds: { word: 10, picture: 10, face: 10 },
      columns: ['word causes', 'picture causes', 'face causes', 'all causes', 'content-F1', 'ROUGE-L'],
    });
    const scores = Object.fromEntries(rows.map(({ name, cells }) => [name, cells.slice(0, 3).map(({ score }) => score)]));
    expect(scores).toEqual({
      ...{ V: [0, 1, 0], E: [0, 0, 1], T: [1, 0, 0], VE: [0, 1, 1], VT: [1, 1, 0], TE: [1, 0, 1], VTE: [1, 1, 1] },
    });
    expect(Object.fromEntries(gains.map(({ name, cells }) => [name, cells.slice(0, 3)]))).toEqual({
      V: [bounded(0), bounded(1), bounded(0)],
      T: [bounded(1), bounded(0), bounded(0)],
      E: [bounded(0), bounded(0), bounded(1)],
    });
    const whole = rows.find(({ name }) => name === 'VTE')!.cells;
    expect(whole.map(({ score }) => score)).toEqual([1, 1, 1, 1, 1, expect.closeTo(1, 9) as number]);
  });

  const bounded = (score: number) => ({ score, low: score, high: score });
});

test('a number is the mean over seeds, its interval that of items which carry all their seeds', async () => {
  // seed 1 knows every second item, seed 2 knows all of these and no other; then seed 3 knows exactly the others
  const place = new Map(asked.map(({ id }, i) => [id, i]));
  const even = (one: AskedCause) => place.get(one.id)! % 2 === 0;
  const [alike, opposite] = await Promise.all([
    ablation(asked, learnt, [...all('1', even), ...all('2', even)], { samples: 400 }),
    ablation(asked, learnt, [...all('1', even), ...all('3', (one) => !even(one))], { samples: 400 }),
  ]);
  // mean 0.5, standard error 0.5 / √30 = 0.0913: two equal seeds are no more items than one
  const cell = alike.rows[0]!.cells[3]!;
  expect(cell.score).toBe(0.5);
  expect(cell.low).toBeCloseTo(0.5 - 1.96 * 0.0913, 1);
  expect(cell.high - cell.low).toBeGreaterThan(0.2);
  // each item is right under one of two seeds, so which items are drawn changes nothing
  expect(opposite.rows[0]!.cells[3]).toEqual({ score: 0.5, low: 0.5, high: 0.5 });
  expect(opposite.rows[0]!.bySeed.map((scores) => scores[3])).toEqual([0.5, 0.5]);
  // where all combinations score alike, none is best
  const cells = ablationTable(alike).sections[0]!.rows.map((row) => row.cells[3]);
  expect(cells).toMatchObject(ABLATED.map(() => ({ score: 0.5, best: false })));
});

test('differences are taken item by item', async () => {
  const some = (one: AskedCause) => one.cause.length % 2 === 0;
  const { rows, gains } = await ablation(asked, learnt, all('1', some), { samples: 200 });
  expect(rows[6]!.cells[3]!.high - rows[6]!.cells[3]!.low).toBeGreaterThan(0.1);
  expect(gains.map(({ cells }) => cells[3])).toEqual(Array.from({ length: 3 }, () => ({ score: 0, low: 0, high: 0 })));
});

test('floors score what their causes do, counted by hand', async () => {
  const { floors, notes } = await ablation(asked, learnt, all('1'), { samples: 10 });
  const expected = (choose: (alike: readonly TrueCause[]) => readonly TrueCause[]) =>
    asked
      .filter(({ kind }) => kind === 'picture')
      .map((one) => {
        const chosen = choose(learnt.filter(({ kind, emotion }) => kind === 'picture' && emotion === one.emotion));
        return chosen.filter(({ about }) => about === one.about).length / chosen.length;
      })
      .reduce((sum, share, _, { length }) => sum + share / length, 0);
  const times = (alike: readonly TrueCause[], { about }: TrueCause) => alike.filter((one) => one.about === about).length;
  const frequent = expected((alike) => alike.filter((one) => alike.every((other) => times(alike, other) <= times(alike, one))));
  const random = expected((alike) => alike);
  expect(floors.map(({ name }) => name)).toEqual(['most frequent cause', 'random cause']);
  expect(floors.map(({ cells }) => cells[1]!.score)).toEqual([expect.closeTo(frequent, 9), expect.closeTo(random, 9)]);
  expect(random).toBeGreaterThan(0.04);
  expect(random).toBeLessThan(0.2);
  expect(floors[1]!.cells[5]!.score).toBeGreaterThan(0.4); // the template alone is worth that much to ROUGE-L
  expect(notes).toEqual([]);
});

test('a floor that has learnt no such cause says nothing, and says so', async () => {
  const { floors, notes } = await ablation(
    asked,
    learnt.filter(({ kind }) => kind !== 'face'),
    all('1'),
    { samples: 10 },
  );
  expect(floors.map(({ cells }) => cells[2]!.score)).toEqual([0, 0]);
  expect(notes).toEqual(['floors: for 10 of 30 items no cause of this emotion and kind was learnt, so there they answer nothing']);
});

describe('the table', () => {
  test('has combinations, floors and the control; in words and as a chart', async () => {
    const table = ablationTable(await ablation(asked, learnt, [...all('1'), ...all('2')], { samples: 200 }), ['a note.']);
    const text = TABLE_FORMATS.text(table);
    for (const line of [
      '30 items (10 word, 10 picture, 10 face); 2 trainings (seeds 1, 2), each asked with every combination of modalities.',
      'Control: V adds +1.000 [1.00, 1.00] to picture causes; T adds +1.000 [1.00, 1.00] to word causes; E adds',
      '! a note.',
    ])
      expect(text.replace(/\s+/g, ' ')).toContain(line);
    expect(text).toMatch(/^\|V\+T\+E +\|1\.000\* \[1\.00, 1\.00\]/m);
    expect(text).toMatch(/^\|floor: random cause +\|0\.0\d\d /m);
    expect(text).toMatch(/^\|\+V \(picture\)\| *0\.000 \[0\.00, 0\.00\]\|\+1\.000 \[1\.00, 1\.00\]/m);
    expect(TABLE_FORMATS.markdown(table)).toContain('| V+T+E | **1.000**');
    const svg = tableChart(table);
    expect(xmlFault(svg)).toBeUndefined();
    expect(svg).toContain('7 systems, 6 metrics');
    expect(svg).toContain('floor: most frequent cause');
    expect(svg).toContain('face causes: V 0.000');
  });

  test('a kind that is not asked for is n/a, and competes nowhere', async () => {
    const words = asked.filter(({ kind }) => kind === 'word');
    const answers = all('1').map((one) => ({
      ...one,
      predictions: one.predictions.filter(({ id }) => words.some((word) => word.id === id)),
    }));
    const table = ablationTable(await ablation(words, learnt, answers, { samples: 10 }));
    expect(table.sections[0]!.rows[0]!.cells.slice(0, 3)).toEqual([expect.anything(), { missing: true }, { missing: true }]);
    expect(table.legend.join(' ')).not.toContain('picture causes');
    expect(table.legend.join(' ')).not.toContain('Between seeds');
    expect(table.sections[0]!.rows.map(({ cells }) => cells[0])).toMatchObject(ABLATED.map((letters) => ({ best: letters.includes('T') })));
    expect(xmlFault(tableChart(table))).toBeUndefined();
  });
});

describe('what is missing', () => {
  test('FAME_ABLATION names it', async () => {
    const answers = [...all('1'), ...all('2').slice(1)];
    await expect(ablation(asked, learnt, answers)).rejects.toThrow(failing('FAME_ABLATION', 'seed 2, V'));
    await expect(ablation(asked, learnt, [...all('1'), knowing('1', 'TE')])).rejects.toThrow(failing('FAME_ABLATION', 'seed 1, TE'));
    await expect(ablation([], [], [])).rejects.toThrow(failing('FAME_ABLATION', 'causes to ask for; causes to learn from; answers'));
  });

  test('METRIC_IDS: answers to other questions', async () => {
    const answers = all('1').map((one) => ({ ...one, predictions: one.predictions.slice(1) }));
    await expect(ablation(asked, learnt, answers)).rejects.toThrow(failing('METRIC_IDS'));
  });
});

test('runs/ablation/table.ts: from the folders of a run to text, Markdown, SVG and JSON', async () => {
  const [answers, out] = [join(root, 'answers'), join(root, 'out')];
  for (const one of [...all('1'), ...all('7')]) {
    const file = answersFile(answers, one.seed, one.modalities);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, one.predictions.map(({ id, text }) => `${JSON.stringify({ id, cause: text })}\n`).join(''));
  }
  expect(await readAnswers(answers, ['1', '7'])).toEqual([...all('1'), ...all('7')]);
  await expect(readAnswers(answers, ['1', '8'])).rejects.toThrow(failing('FAME_ABLATION', 'seed 8, V; seed 8, E'));
  const script = fileURLToPath(new URL('../../runs/ablation/table.ts', import.meta.url));
  const words = ['--import', 'tsx', script, join(root, 'world'), join(root, 'world'), answers, out, '1', '7'];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect({ status, text: stdout }).toEqual({ status: 0, text: await readFile(join(out, 'ablation.txt'), 'utf8') });
  expect(JSON.parse(await readFile(join(out, 'ablation.json'), 'utf8'))).toMatchObject({ seeds: ['1', '7'], items: 30 });
  expect(xmlFault(await readFile(join(out, 'ablation.svg'), 'utf8'))).toBeUndefined();
});
