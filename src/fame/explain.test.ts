import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seenFaces, seenTrack } from '../../test/support/expressions.ts';
import { roomyLlava } from '../../test/support/llava.ts';
import { beamSearch, generate, keptPrompt } from '../models/index.ts';
import { type ExplainOptions, type Explanation, explain } from './explain.ts';
import { type Fame, openFame } from './fame.ts';
import type { Shown } from './frames.ts';
import { answerFeeds } from './loss.ts';
import { embedStretches } from './parts.ts';
import { explainPrompt, type Question } from './prompt.ts';

let folder: string;
let fame: Fame;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-explain-'));
  await roomyLlava(folder, 1024);
  fame = await openFame(folder);
});
afterAll(async () => {
  await fame.dispose();
  await rm(folder, { recursive: true });
});

const QUESTION: Question = {
  turns: [
    { speaker: 'Pell', text: 'I lost the key.', start: 0, end: 2 },
    { speaker: 'Mira', text: 'Oh no!', start: 2, end: 4 },
    { speaker: 'Pell', text: 'Here it is.', start: 4, end: 6 },
  ],
  target: 1,
  emotion: 'sadness',
  faces: seenFaces([seenTrack(1, [[0, 6, 'sadness']])], 6),
};

/** Pictures of one colour each, at these seconds. */
const shown = (times: readonly number[]): Shown[] =>
  times.map((t) => ({ t, picture: { width: 32, height: 24, data: new Uint8Array(32 * 24 * 3).fill(40 * t) } }));
const VIDEO = shown([0.5, 1.5, 2.5, 3.5]);

/** Every piece, and what the generator returns. */
async function explained(q: Question, o: ExplainOptions): Promise<{ pieces: string[]; done: Explanation }> {
  const pieces: string[] = [];
  const stream = explain(fame, q, { maxNew: 12, ...o });
  for (;;) {
    const next = await stream.next();
    if (next.done) return { pieces, done: next.value };
    pieces.push(next.value);
  }
}

describe('text', () => {
  test('the pieces add up to the text; it is what the model says to this prompt', async () => {
    const { pieces, done } = await explained(QUESTION, { video: VIDEO });
    expect(pieces.join('')).toBe(done.text);
    expect(pieces.length).toBeGreaterThan(1);
    const vision = fame.vision!;
    const Q = await vision.project(await vision.look(VIDEO.map(({ picture }) => picture)));
    const { stretches } = explainPrompt(QUESTION, { tokenizer: fame.tokenizer, template: 'vicuna', videoTokens: 13, limit: 1000 });
    const vectors = await embedStretches(stretches, { video: Q }, fame.language);
    const made: number[] = [];
    for await (const { id } of generate(fame.language, [{ vectors }], { maxNew: 12, stop: [2] })) made.push(id);
    expect(done.ids).toEqual(made);
    expect(done.text).toBe(fame.tokenizer.decode(made.filter((id) => id < fame.tokenizer.size)).trimStart());

    const searched = await explained(QUESTION, { video: VIDEO, beams: 3 });
    const [best] = await beamSearch(fame.language, { vectors }, { beams: 3, maxNew: 12, stop: [2] });
    expect(searched.done.ids).toEqual(best?.ids.filter((id) => id !== 2));
    expect(searched.pieces.join('')).toBe(searched.done.text);
  });

  test('drawn text is fixed by its seed', async () => {
    const draw = async (seed: number) => (await explained(QUESTION, { video: VIDEO, temperature: 1.5, seed })).done.ids;
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  test('the receipt says what was seen, asked and set', async () => {
    const { done } = await explained(QUESTION, { video: VIDEO });
    expect(done.receipt).toMatchObject({
      network: fame.receipt,
      prompt: { modalities: 'V+T+E', template: 'vicuna', droppedTurns: 0 },
      frames: [0.5, 1.5, 2.5, 3.5],
      settings: { maxNew: 12, beams: 1, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 },
      note: 'Emotions say how viewers would read an expression, not what a person feels.',
    });
    expect(done.receipt.prompt.text).toContain('<video: 13 vectors>');
    expect(done.finish).toBe(done.ids.length < 12 ? 'end' : 'length');
  });
});

describe('modalities', () => {
  test.each([[['T']], [['E']], [['T', 'E']]] as const)('%s: no video is asked for', async (modalities) => {
    const { done } = await explained(QUESTION, { modalities });
    expect(done.receipt.frames).toEqual([]);
    expect(done.receipt.prompt.text).not.toContain('<video');
    expect(done.ids.length).toBeGreaterThan(0);
  });

  test('each of them changes what is said or how likely it is', async () => {
    const texts = [];
    for (const modalities of [['V'], ['V', 'E'], ['V', 'T'], ['V', 'T', 'E']] as const)
      texts.push((await explained(QUESTION, { video: VIDEO, modalities })).done.ids.join());
    expect(new Set(texts).size).toBe(4);
    const dark = shown([0.5, 1.5, 2.5, 3.5]).map((s) => ({ ...s, picture: { ...s.picture, data: s.picture.data.map((v) => 255 - v) } }));
    expect((await explained(QUESTION, { video: dark, modalities: ['V'] })).done.ids.join()).not.toBe(texts[0]);
  });
});

test('questions about one dialogue share what they begin with; the answers stay the same', async () => {
  const kept = keptPrompt(fame.language);
  const reused: number[] = [];
  for (const target of [0, 1, 2])
    for (const o of [{ modalities: ['T', 'E'] as const }, { video: VIDEO }, { video: VIDEO, beams: 2 }]) {
      const alone = (await explained({ ...QUESTION, target }, o)).done;
      const { done } = await explained({ ...QUESTION, target }, { ...o, kept });
      expect([done.text, done.ids]).toEqual([alone.text, alone.ids]);
      expect(done.receipt).toEqual({ ...alone.receipt, reused: kept.reused });
      expect(Object.keys(alone.receipt)).not.toContain('reused');
      reused.push(kept.reused);
      const said = done.receipt.prompt.tokens;
      if (o.beams)
        expect(kept.reused).toBe(said - 1); // the same prompt once more
      else expect(kept.reused).toBeLessThan(said - 1);
    }
  const [first, ...others] = reused;
  expect(first).toBe(0);
  for (const count of others) expect(count).toBeGreaterThan(100); // the template's words and the instruction
  await kept.end();
});

test('nothing of the future changes an explanation', async () => {
  const { done } = await explained(QUESTION, { video: VIDEO });
  const future: Question = {
    ...QUESTION,
    turns: [...QUESTION.turns.slice(0, 2), { speaker: 'Mira', text: 'I am glad!', start: 4, end: 6 }],
    faces: seenFaces(
      [
        seenTrack(1, [
          [0, 4, 'sadness'],
          [4, 6, 'joy'],
        ]),
        seenTrack(2, [[4, 6, 'fear']]),
      ],
      6,
    ),
  };
  const again = (await explained(future, { video: [...VIDEO, ...shown([4, 5, 6])] })).done;
  expect(again).toEqual(done);
});

describe('refusals', () => {
  test('FAME_QUESTION: V without a video', async () => {
    await expect(explained(QUESTION, {})).rejects.toMatchObject({ code: 'FAME_QUESTION' });
  });
  test('FAME_FRAMES: all pictures come too late', async () => {
    await expect(explained(QUESTION, { video: shown([4, 5]) })).rejects.toMatchObject({ code: 'FAME_FRAMES' });
  });
  test('what is wrong with the question is told before its video is touched', async () => {
    async function* touched(): AsyncGenerator<Shown> {
      yield* VIDEO;
      throw new Error('the video was touched');
    }
    const faceless = { ...QUESTION, faces: undefined };
    await expect(explained(faceless, { video: touched() })).rejects.toMatchObject({ code: 'FAME_QUESTION' });
    await expect(explained(QUESTION, { video: touched(), maxNew: 1000 })).rejects.toMatchObject({ code: 'FAME_LENGTH' });
  });
  test('FAME_LENGTH: too many new tokens are asked for', async () => {
    await expect(explained(QUESTION, { modalities: ['T'], maxNew: 1000 })).rejects.toMatchObject({ code: 'FAME_LENGTH' });
  });
  test('FAME_NO_VISION', async () => {
    const { vision: _, ...blind } = fame;
    await expect(explain(blind, QUESTION, { video: VIDEO }).next()).rejects.toMatchObject({ code: 'FAME_NO_VISION' });
  });
  test('STOPPED, before and while it speaks', async () => {
    const stop = new AbortController();
    const stream = explain(fame, QUESTION, { video: VIDEO, maxNew: 100, signal: stop.signal });
    await stream.next();
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'STOPPED' });
    await expect(explained(QUESTION, { video: VIDEO, signal: stop.signal })).rejects.toMatchObject({ code: 'STOPPED' });
  });
  test('FAME_NOTHING_LEARNT and FAME_SLOT: an example that teaches nothing, or another video', async () => {
    const R = await fame.vision!.look(VIDEO.map(({ picture }) => picture));
    const laidOut = (videoTokens: number, answer?: string) =>
      explainPrompt(QUESTION, { tokenizer: fame.tokenizer, template: 'vicuna', videoTokens, limit: 1000, ...(answer ? { answer } : {}) })
        .stretches;
    await expect(answerFeeds(fame.language, laidOut(13), R)).rejects.toMatchObject({ code: 'FAME_NOTHING_LEARNT' });
    await expect(answerFeeds(fame.language, laidOut(12, 'So.'), R)).rejects.toMatchObject({ code: 'FAME_SLOT' });
  });
});
