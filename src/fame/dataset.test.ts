import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMeldSource, writeFolder } from '../data/build/index.ts';
import { parseMeld, readMeld } from '../data/index.ts';
import { MELD_HEADER } from '../data/meld.ts';
import { writeWorld } from '../synth/index.ts';
import { type Example, heldOutOf, readDataset } from './dataset.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-dataset-'));
  await writeWorld(join(root, 'whole'), { seed: 1, dialogues: 3, split: false });
  await writeWorld(join(root, 'split'), { seed: 1, dialogues: 30, split: true });
});
afterAll(() => rm(root, { recursive: true }));

const lines = async (...names: string[]) =>
  (await readFile(join(root, ...names), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a made world: every turn with its times, the cause, and the id of its references', async () => {
  const [examples, dialogues, truth] = [
    await readDataset(join(root, 'whole')),
    await lines('whole', 'dialogues.jsonl'),
    await lines('whole', 'truth.jsonl'),
  ];
  expect(examples).toHaveLength(3);
  for (const [i, { id, question, answer, film }] of examples.entries()) {
    expect({ id, answer, emotion: question.emotion, target: question.target, film }).toEqual({
      id: truth[i]!.video,
      answer: truth[i]!.cause,
      emotion: truth[i]!.emotion,
      target: truth[i]!.utterance,
      film: undefined,
    });
    const said = dialogues[i]!.utterances as { speaker: string; text: string; start: number; end: number }[];
    expect(question.turns).toEqual(said.map(({ speaker, text, start, end }) => ({ speaker, text, start, end })));
  }
  expect(await readDataset(join(root, 'whole', 'ecem.json'))).toEqual(examples);
});

test('a split world: its folder is the part that is asked for, a file is itself', async () => {
  const [train, dev, both] = [
    await readDataset(join(root, 'split')),
    await readDataset(join(root, 'split'), { part: 'dev' }),
    await readDataset(join(root, 'split', 'dev.json')),
  ];
  expect([train.length, dev.length]).toEqual([24, 3]);
  expect(both).toEqual(dev);
});

const TABLE = `${MELD_HEADER}
1,Hey.,Ross,neutral,neutral,7,0,1,1,"00:00:01,000","00:00:02,000"
2,I got the job!,Monica,joy,positive,7,1,1,1,"00:00:02,000","00:00:04,000"
3,Great.,Ross,joy,positive,7,2,1,1,"00:00:04,000","00:00:05,000"
`;
const entry = (video: string, said: string) => ({
  id: 1,
  video,
  conversations: [
    { from: 'human', value: `<video>\nExplain why the emotion of this statement is joy <Monica: ${said}>` },
    { from: 'gpt', value: 'She got the job.' },
  ],
});

test('ECEM: alone it is one turn, with MELD its dialogue without the times of the episode; films lie beside it or where it is said', async () => {
  const file = join(root, 'rows.json');
  await writeFile(file, JSON.stringify([entry('7_1.mp4', 'I got the job!')]));
  const alone = { turns: [{ speaker: 'Monica', text: 'I got the job!' }], target: 0, emotion: 'joy' };
  expect(await readDataset(file)).toEqual([{ id: '7_1.mp4', dialogue: 'train/7', question: alone, answer: 'She got the job.' }]);

  const tables = join(root, 'MELD');
  await mkdir(tables);
  await writeFile(join(tables, 'train_sent_emo.csv'), TABLE);
  await writeFile(join(root, '7_1.mp4'), '');
  const [joined] = await readDataset(file, { meld: await readMeld(tables), films: root });
  expect(joined).toMatchObject({ id: '7_1.mp4', film: join(root, '7_1.mp4'), question: { emotion: 'joy', target: 1 } });
  expect(joined!.question.turns).toEqual([{ speaker: 'Ross', text: 'Hey.' }, ...alone.turns]);
});

test('dialogues: each emotion is a question without an answer, and what follows it is not there', async () => {
  const file = join(root, 'train_sent_emo.csv');
  await writeFile(file, TABLE);
  const examples = await readDataset(file);
  expect(examples.map(({ id, question }) => [id, question.target, question.turns.length])).toEqual([
    ['7_1', 1, 2],
    ['7_2', 2, 3],
  ]);
  expect(examples.every((example) => !('answer' in example))).toBe(true);
  expect(parseMeld(TABLE, file)[0]!.utterances).toHaveLength(3);
});

test('whole dialogues are held out, the same ones for the same seed', () => {
  const examples = Array.from(
    { length: 40 },
    (_, i): Example => ({ id: `${i}`, dialogue: `${i % 10}`, question: { turns: [{ text: 'Oh!' }], target: 0, emotion: 'joy' } }),
  );
  const { train, heldOut } = heldOutOf(examples, 0.25, 1);
  const [a, b] = [train, heldOut].map((part) => new Set(part.map(({ dialogue }) => dialogue)));
  expect([a!.size, b!.size]).toEqual([8, 2]);
  expect([...a!].filter((dialogue) => b!.has(dialogue))).toEqual([]);
  expect(heldOutOf(examples, 0.25, 1).heldOut).toEqual(heldOut);
  expect(heldOutOf(examples, 0.25, 2).heldOut).not.toEqual(heldOut);
  expect(heldOutOf(examples, 0.09, 1).heldOut).toEqual([]);
});

test('a built set: dialogues of all parts of MELD, each statement in its own, films beside the folder, and no answer where nobody has written one', async () => {
  const tables = join(root, 'source');
  const set = join(root, 'built');
  await mkdir(tables);
  for (const part of ['train', 'dev', 'test']) {
    const table = TABLE.replaceAll('Hey.', `Hey ${part}.`).replaceAll('got the job', `got the ${part} job`);
    await writeFile(join(tables, `${part}_sent_emo.csv`), table);
  }
  const source = await readMeldSource(tables);
  const settings = { films: false, gaps: 'after', quality: 20, split: { by: 'none', seed: 0, dev: 0, test: 0 } } as const;
  await writeFolder(set, { source, settings, tool: 'famenet', parts: [] });
  await mkdir(`${set}.films`);
  await writeFile(join(`${set}.films`, 'd_7_2.mp4'), '');
  const examples = await readDataset(set);
  expect(examples.map(({ id, dialogue, question }) => [id, dialogue, question.turns.map(({ text }) => text)])).toEqual([
    ['7_1.mp4', 'train/7', ['Hey train.', 'I got the train job!']],
    ['7_2.mp4', 'train/7', ['Hey train.', 'I got the train job!', 'Great.']],
    ['d_7_1.mp4', 'dev/7', ['Hey dev.', 'I got the dev job!']],
    ['d_7_2.mp4', 'dev/7', ['Hey dev.', 'I got the dev job!', 'Great.']],
    ['t_7_1.mp4', 'test/7', ['Hey test.', 'I got the test job!']],
    ['t_7_2.mp4', 'test/7', ['Hey test.', 'I got the test job!', 'Great.']],
  ]);
  expect(examples.flatMap(({ film }) => film ?? [])).toEqual([join(`${set}.films`, 'd_7_2.mp4')]);
  expect(examples.some((example) => 'answer' in example)).toBe(false);
  const joined = await readDataset(join(set, 'ecem.json'), { meld: await readMeld(tables) });
  expect(joined.map(({ question }) => question.turns)).toEqual(
    examples.map(({ question }) => question.turns.map(({ speaker, text }) => ({ speaker, text }))),
  );
});

test.each([
  ['an empty part', async () => text('empty.json', '[]\n')],
  ['a folder of something else', async () => root],
  ['one id twice', async () => text('twice.json', JSON.stringify([1, 2].map(() => entry('7_1.mp4', 'Oh!'))))],
  ['nothing but neutral words', async () => text('neutral.json', JSON.stringify([{ text: 'Hey.', emotion: 'neutral' }]))],
])('FAME_DATASET: %s', async (_, make) => {
  await expect(readDataset(await make())).rejects.toMatchObject({ code: 'FAME_DATASET' });
});

test('ECEM_DIALOGUE: the dialogues beside the file are others', async () => {
  await mkdir(join(root, 'mixed'));
  await writeFile(join(root, 'mixed', 'dialogues.jsonl'), '{"id": "7", "utterances": [{"text": "Hey."}, {"text": "Bye."}]}\n');
  const file = await text(join('mixed', 'ecem.json'), JSON.stringify([entry('7_1.mp4', 'I got the job!')]));
  await expect(readDataset(file)).rejects.toMatchObject({ code: 'ECEM_DIALOGUE', detail: { at: '7_1.mp4', got: '"Bye."' } });
});

async function text(name: string, content: string): Promise<string> {
  await writeFile(join(root, name), content);
  return join(root, name);
}
