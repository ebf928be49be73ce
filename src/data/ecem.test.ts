import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type EcemRow, EXPLAINED, ecemText, parseEcem, placeOf, readEcem, videoName } from './ecem.ts';

const row: EcemRow = {
  id: 0,
  video: '480_5.mp4',
  emotion: 'surprise',
  speaker: 'Ross',
  text: 'Yeah: she—\nwell <so>?',
  cause: 'The reason was "that".',
};
const entry = (question: string, answer = 'Because.') => [
  {
    id: 0,
    video: '1_2.mp4',
    conversations: [
      { from: 'human', value: question },
      { from: 'gpt', value: answer },
    ],
  },
];

test("the authors' format is read and written to the letter", async () => {
  const text = `[
 {
  "id": 0,
  "video": "480_5.mp4",
  "conversations": [
   {
    "from": "human",
    "value": "<video>\\nExplain why the emotion of this statement is surprise <Ross: Yeah: she—\\nwell <so>?>"
   },
   {
    "from": "gpt",
    "value": "The reason was \\"that\\"."
   }
  ]
 }
]
`;
  expect(ecemText([row])).toBe(text);
  const folder = await mkdtemp(join(tmpdir(), 'famenet-ecem-'));
  try {
    await writeFile(join(folder, 'ecem.json'), text);
    expect(await readEcem(join(folder, 'ecem.json'))).toEqual([row]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('places in MELD', () => {
  expect(placeOf('480_5.mp4')).toEqual({ part: 'train', dialogue: '480', number: 5 });
  expect(placeOf('t_12_0.mp4')).toEqual({ part: 'test', dialogue: '12', number: 0 });
  expect(placeOf('d_12_0.mp4')).toEqual({ part: 'dev', dialogue: '12', number: 0 });
  expect(placeOf('d_5.mp4')).toEqual({ part: 'train', dialogue: 'd', number: 5 });
  for (const name of ['480_5.mp4', 't_12_0.mp4', 'd_12_0.mp4', 'd_5.mp4']) expect(videoName(placeOf(name))).toBe(name);
});

test('neutral is not explained', () => expect(EXPLAINED).toEqual(['anger', 'disgust', 'fear', 'joy', 'sadness', 'surprise']));

test.each([
  ['{', 'x', 'JSON'],
  ['[]', 'x', 'a list'],
  ['[7]', 'x, entry 1', 'an object'],
  ['[{"id": 0, "video": "1_2.mp4"}]', 'x, entry 1', 'conversations'],
  ['[{"id": 0, "video": "1.mp4", "conversations": []}]', 'x, entry 1', '480_5.mp4'],
  ['[{"id": 0, "video": "1_2.mp4", "conversations": []}]', 'x, entry 1', 'human'],
  [JSON.stringify(entry('Why?')), 'x, entry 1', 'Explain why'],
  [JSON.stringify(entry('<video>\nExplain why the emotion of this statement is boredom <Ross: Hi.>')), 'x, entry 1', 'anger, disgust'],
])('%j cannot be understood at %s', (content, at, expected) => {
  expect(() => parseEcem(content, 'x')).toThrow(
    expect.objectContaining({ code: 'ECEM_FILE', detail: expect.objectContaining({ at, expected: expect.stringContaining(expected) }) }),
  );
});
