import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dialoguesBeside, ecemText } from '../data/index.ts';
import { itemsOf } from './annotate-items.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-items-'));
});
afterAll(() => rm(folder, { recursive: true }));

const row = (video: string, text: string) => ({ id: 0, video, emotion: 'joy' as const, speaker: 'Monica', text, cause: '' });
const said = (id: string, ...texts: string[]) => ({ id, utterances: texts.map((text) => ({ speaker: 'Monica', text })) });

test('statements of a built set come with the turns that the dialogues beside them have, each part of MELD with its own', async () => {
  const targets = join(folder, 'train.json');
  expect(await dialoguesBeside(targets)).toBeUndefined();
  const dialogues = [said('0', 'Hey.', 'I got the job!', 'Bye.'), said('t_0', 'No.', 'Yes!')];
  await writeFile(join(folder, 'dialogues.jsonl'), dialogues.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const content = ecemText([row('0_1.mp4', 'I got the job!'), row('t_0_1.mp4', 'Yes!')]);
  const beside = await dialoguesBeside(targets);
  expect(itemsOf(content, targets, { beside })).toMatchObject([
    {
      ...{ id: '0_1', dialogue: '0', utterance: 1, clip: '0_1.mp4' },
      turns: [
        { number: 0, speaker: 'Monica', text: 'Hey.' },
        { number: 1, speaker: 'Monica', text: 'I got the job!' },
      ],
    },
    {
      ...{ id: 't_0_1', dialogue: 't_0', utterance: 1 },
      turns: [
        { number: 0, text: 'No.' },
        { number: 1, text: 'Yes!' },
      ],
    },
  ]);
  expect(itemsOf(content, targets).every((item) => !('turns' in item))).toBe(true);
  expect(() => itemsOf(ecemText([row('0_1.mp4', 'Whatever.')]), targets, { beside })).toThrow(
    expect.objectContaining({ code: 'ECEM_DIALOGUE' }),
  );
});
