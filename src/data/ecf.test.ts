import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEcf, readEcf } from './ecf.ts';

const utterance = (number: number, emotion: string, more: object = {}) => ({
  utterance_ID: number,
  text: `Words ${number} .`,
  speaker: 'Joey',
  emotion,
  ...more,
});

test('spans (subtask 1), numbers with clips (subtask 2), and the part without answers', async () => {
  const conversations = [
    {
      conversation_ID: 1,
      conversation: [utterance(1, 'neutral'), utterance(2, 'surprise')],
      'emotion-cause_pairs': [
        ['2_surprise', '1_Words 1 .'],
        ['2_surprise', '2_a_b'],
      ],
    },
    { conversation_ID: 2, conversation: [utterance(1, 'joy', { video_name: 'dia2utt1.mp4' })], 'emotion-cause_pairs': [['1_joy', '1']] },
    { conversation_ID: 3, conversation: [{ utterance_ID: 1, text: 'Hi .', speaker: 'Ross' }] },
  ];
  const expected = [
    {
      id: '1',
      utterances: [
        { number: 1, speaker: 'Joey', text: 'Words 1 .', emotion: 'neutral' },
        { number: 2, speaker: 'Joey', text: 'Words 2 .', emotion: 'surprise' },
      ],
      causes: [
        { effect: 2, emotion: 'surprise', cause: 1, span: 'Words 1 .' },
        { effect: 2, emotion: 'surprise', cause: 2, span: 'a_b' },
      ],
    },
    {
      id: '2',
      utterances: [{ number: 1, speaker: 'Joey', text: 'Words 1 .', emotion: 'joy', clip: 'dia2utt1.mp4' }],
      causes: [{ effect: 1, emotion: 'joy', cause: 1 }],
    },
    { id: '3', utterances: [{ number: 1, speaker: 'Ross', text: 'Hi .' }], causes: [] },
  ];
  const folder = await mkdtemp(join(tmpdir(), 'famenet-ecf-'));
  try {
    await writeFile(join(folder, 'ecf.json'), JSON.stringify(conversations));
    expect(await readEcf(join(folder, 'ecf.json'))).toEqual(expected);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['{', 'x', 'JSON'],
  ['{}', 'x', 'a list'],
  ['[{"conversation": []}]', 'x, conversation 1', 'conversation_ID'],
  ['[{"conversation_ID": 1, "conversation": [{"text": "Hi"}]}]', 'x, conversation 1, utterance 1', 'utterance_ID'],
  ['[{"conversation_ID": 1, "conversation": [{"utterance_ID": 1, "text": 7}]}]', 'x, conversation 1, utterance 1', 'texts'],
  ['[{"conversation_ID": 1, "conversation": [], "emotion-cause_pairs": [["joy", "1"]]}]', 'x, conversation 1, pair 1', '3_surprise'],
  ['[{"conversation_ID": 1, "conversation": [], "emotion-cause_pairs": [["1_bored", "1"]]}]', 'x, conversation 1, pair 1', 'joy'],
])('%j is damaged at %s', (content, at, expected) => {
  expect(() => parseEcf(content, 'x')).toThrow(
    expect.objectContaining({
      code: 'DIALOGUE_DAMAGED',
      detail: expect.objectContaining({ at, expected: expect.stringContaining(expected) }),
    }),
  );
});
