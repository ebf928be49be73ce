import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { seenFaces, seenTrack } from '../../test/support/expressions.ts';
import { createTokenizer, openTokenizer, trainBpe } from '../text/index.ts';
import { lengthOf } from './parts.ts';
import { explainPrompt, instructionFor, type PromptOptions, type Question } from './prompt.ts';

const tokenizer = await openTokenizer(fileURLToPath(new URL('../../test/fixtures/llava-tiny', import.meta.url)));
const qwen = await openTokenizer(fileURLToPath(new URL('../../test/fixtures/qwen2-tiny', import.meta.url)));

const ours = createTokenizer({
  at: 'mini',
  json: trainBpe(['Why does the speaker show sadness?'], { size: 320, special: ['</s>', '<|ask|>', '<|answer|>'] }),
  config: { eos_token: '</s>' },
});

const QUESTION: Question = {
  turns: [
    { speaker: 'Mira', text: 'Where is the key?', start: 0, end: 2 },
    { speaker: 'Pell', text: 'I lost it.', start: 2, end: 4 },
    { speaker: 'Mira', text: 'Not again!', start: 4, end: 6 },
  ],
  target: 1,
  emotion: 'sadness',
  faces: seenFaces([seenTrack(1, [[0, 6, 'sadness']])], 6),
  screen: [
    { t: 1, text: 'KEYS CUT HERE' },
    { t: 5, text: 'LATER' },
  ],
};
const OPTIONS: PromptOptions = { tokenizer, template: 'plain', videoTokens: 12, limit: 4096 };
const textOf = (modalities: PromptOptions['modalities'], q: Question = QUESTION) =>
  explainPrompt(q, { ...OPTIONS, ...(modalities ? { modalities } : {}) }).receipt.text;

describe('the words', () => {
  test('all three modalities, in the order of the paper; what comes after the target is not there', () => {
    expect(textOf(undefined)).toBe(
      `USER: ${instructionFor(['V', 'T', 'E'])}
Conversation:
\`\`\`
1. Mira: Where is the key?
2. Pell: I lost it.
\`\`\`
Words on screen:
\`\`\`
1.0 s: KEYS CUT HERE
\`\`\`
Why does the speaker of turn 2 show sadness?
<video: 12 vectors>
Faces in the video, as viewers would read them:
Face 1: sadness 0.0 to 3.8 s.
Assistant:`,
    );
  });

  test('a model that was made for this one question is not told what to do', () => {
    const { text, instruction } = explainPrompt(QUESTION, { ...OPTIONS, tokenizer: ours, template: 'mini', modalities: ['T'] }).receipt;
    expect(text).toMatch(/^<\|ask\|>Conversation:\n```\n1\. Mira: /);
    expect(text).toMatch(/Why does the speaker of turn 2 show sadness\?<\|answer\|>$/);
    expect(instruction).toBe('');
  });

  test.each([
    [['V'], [true, false, false]],
    [['T'], [false, true, false]],
    [['E'], [false, false, true]],
    [
      ['V', 'T'],
      [true, true, false],
    ],
    [
      ['E', 'V'],
      [true, false, true],
    ],
    [
      ['T', 'E'],
      [false, true, true],
    ],
  ] as const)('modalities %s', (modalities, [video, said, faces]) => {
    const text = textOf(modalities);
    expect([text.includes('<video:'), text.includes('I lost it.'), text.includes('Face 1:')]).toEqual([video, said, faces]);
    expect([text.includes('as a video'), text.includes('quotation'), text.includes('read the faces')]).toEqual([video, said, faces]);
    expect(text).toContain('show sadness?');
    if (!said) expect(text).not.toMatch(/Mira|Pell|KEYS|turn 2|```/);
  });

  test('neutral is no emotion', () => {
    expect(textOf(['T'], { ...QUESTION, emotion: 'neutral' })).toContain('show no emotion?');
  });

  test('the receipt', () => {
    const { parts, stretches, receipt } = explainPrompt(QUESTION, OPTIONS);
    expect(receipt).toMatchObject({
      modalities: 'V+T+E',
      template: 'plain',
      instruction: instructionFor(['V', 'T', 'E']),
      tokens: lengthOf(stretches),
      droppedTurns: 0,
      cutTurns: [],
      droppedScreen: 0,
      faces: { faces: 1, leftOut: 0, speakers: false },
    });
    expect(parts.filter((p) => p.kind === 'vectors')).toEqual([{ kind: 'vectors', name: 'video', count: 12 }]);
  });

  test("Video-ChatGPT's marks stand around the video where the tokenizer has them", () => {
    const marked = { ...tokenizer, idOf: (t: string) => (t.startsWith('<vid_') ? 9 : tokenizer.idOf(t)) };
    expect(explainPrompt(QUESTION, { ...OPTIONS, tokenizer: marked }).receipt.text).toContain('<vid_start><video: 12 vectors><vid_end>');
  });
});

describe('a conversation that is too long', () => {
  const turns = Array.from({ length: 60 }, (_, i) => ({ speaker: i % 2 ? 'Pell' : 'Mira', text: `The kettle number ${i} was lost.` }));
  const long = { turns, target: 59, emotion: 'anger' } as const;
  const at = (limit: number) => explainPrompt(long, { tokenizer: qwen, template: 'qwen2', modalities: ['T'], videoTokens: 0, limit });
  const whole = at(1e6).receipt;

  test('loses its oldest turns, as few as it can, and says so', () => {
    const { receipt } = at(whole.tokens - 100);
    expect(receipt.tokens).toBeLessThanOrEqual(whole.tokens - 100);
    expect(receipt.droppedTurns).toBeGreaterThan(0);
    expect(receipt.text).toContain(
      `Conversation (the first ${receipt.droppedTurns} turns are left out):\n\`\`\`\n${receipt.droppedTurns + 1}. `,
    );
    expect(receipt.text).not.toContain(`number ${receipt.droppedTurns - 1} was`);
    expect(receipt.text).toContain('60. Pell: The kettle number 59 was lost.');
    expect(at(receipt.tokens - 1).receipt.droppedTurns).toBe(receipt.droppedTurns + 1);
    expect(at(whole.tokens).receipt).toEqual(whole);
  });

  test('words on screen go first', () => {
    const screen = Array.from({ length: 5 }, (_, i) => ({ t: i, text: `SIGN ${i}` }));
    const options = { tokenizer: qwen, template: 'qwen2', modalities: ['T'], videoTokens: 0 } as const;
    const { tokens } = explainPrompt({ ...long, screen }, { ...options, limit: 1e6 }).receipt;
    expect(explainPrompt({ ...long, screen }, { ...options, limit: tokens - 10 }).receipt).toMatchObject({ droppedTurns: 0 });
    const { text, ...tight } = explainPrompt({ ...long, screen }, { ...options, limit: whole.tokens - 20 }).receipt;
    expect(tight).toMatchObject({ droppedScreen: 5 });
    expect(tight.droppedTurns).toBeGreaterThan(0);
    expect(text).not.toContain('on screen');
  });

  test('a turn without end is cut, also the target', () => {
    const endless = { turns: [{ speaker: 'Mira', text: 'la '.repeat(5000) }], target: 0, emotion: 'joy' } as const;
    const { receipt } = explainPrompt(endless, { ...OPTIONS, modalities: ['T'], videoTokens: 0 });
    expect(receipt).toMatchObject({ cutTurns: [1], droppedTurns: 0 });
  });

  test('FAME_LENGTH: not even the target fits', () => {
    expect(() => at(50)).toThrow(expect.objectContaining({ code: 'FAME_LENGTH' }));
  });
});

test.each([
  ['no modality', {}, { modalities: [] }],
  ['no such turn', { target: 3 }, {}],
  ['V without rows', {}, { videoTokens: 0 }],
  ['E without a report', { faces: undefined }, {}],
])('FAME_QUESTION: %s', (_, q, o) => {
  expect(() => explainPrompt({ ...QUESTION, ...q }, { ...OPTIONS, ...o })).toThrow(expect.objectContaining({ code: 'FAME_QUESTION' }));
});
