import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roomyLlava } from '../../test/support/llava.ts';
import { picture } from '../media/picture.ts';
import { weighed } from './evidence.ts';
import { explain, see } from './explain.ts';
import { type Fame, openFame } from './fame.ts';
import { sentencesOf, weighedSentences } from './sentences.ts';

/** A tokenizer of letters. */
const LETTERS = { size: 0x110000, decode: (ids: readonly number[]) => String.fromCodePoint(...ids) };
const idsOf = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);

describe('sentences', () => {
  test.each([
    ['One. Two! “Three?” Four', ['One.', 'Two!', '“Three?”', 'Four']],
    ['She lost it, e.g. the ring. It was hers.', ['She lost it, e.g. the ring.', 'It was hers.']],
    ['no end', ['no end']],
    ['', []],
    ['Why... Well. ', ['Why...', 'Well.']],
  ])('%j', (text, sentences) => {
    const found = sentencesOf(text, idsOf(text), LETTERS);
    expect(found.map((sentence) => sentence.text)).toEqual(sentences);
    expect(found.flatMap(({ tokens: [from, to] }) => idsOf(text).slice(from, to))).toEqual(idsOf(text)); // each token once, in its order
    for (const { letters, tokens } of found) expect(tokens).toEqual(letters);
  });
  test("the template's space before the answer belongs to the first", () => {
    const found = sentencesOf('A. B.', idsOf(' A. B.'), LETTERS);
    expect(found.map(({ tokens }) => tokens)).toEqual([
      [0, 4],
      [4, 6],
    ]);
  });
});

describe('evidence', () => {
  let folder: string;
  let fame: Fame;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'famenet-sentences-'));
    await roomyLlava(folder, 900);
    fame = await openFame(folder);
  });
  afterAll(async () => {
    await fame.dispose();
    await rm(folder, { recursive: true });
  });

  test('weighted by tokens, sentences give what the whole answer gives; and pictures are weighed one by one', async () => {
    const turns = [
      { speaker: 'Mira', text: 'The cat is gone.', start: 0, end: 1 },
      { speaker: 'Pell', text: 'Oh no!', start: 1, end: 2 },
    ];
    const question = { turns, target: 1, emotion: 'sadness' as const };
    const shown = [0, 1].map((t) => ({ t, picture: picture(30, 30, new Uint8Array(2700).fill(60 + 120 * t)) }));
    const seen = await see(fame, question, { video: shown });
    const options = { modalities: ['V', 'T'] as const, seen, maxNew: 12 };
    const stream = explain(fame, question, options);
    let next = await stream.next();
    while (!next.done) next = await stream.next();
    const told: [number, number][] = [];
    const sentences = await weighedSentences(fame, question, next.value, { seen, onProgress: (done, of) => told.push([done, of]) });
    expect(told.at(-1)).toEqual([7, 7]); // the whole, two turns, two pictures, two modalities
    const spans = sentencesOf(next.value.text, next.value.ids, fame.tokenizer);
    const whole = await weighed(fame, question, next.value, { seen });
    const mean = (of: (i: number) => number) =>
      sentences.reduce((sum, _, i) => sum + of(i) * (spans[i]!.tokens[1] - spans[i]!.tokens[0]), 0) / next.value.ids.length;
    for (const [k, { lost }] of whole.turns.entries()) expect(mean((i) => sentences[i]!.turns[k]!.lost)).toBeCloseTo(lost!, 4);
    for (const m of ['V', 'T'] as const) expect(mean((i) => sentences[i]!.modalities[m]!)).toBeCloseTo(whole.modalities[m]!.lost!, 4);
    expect(sentences[0]!.frames.map(({ t }) => t)).toEqual([0, 1]);
    expect(sentences[0]!.frames.some(({ lost }) => lost !== 0)).toBe(true);
  });
});
