import { describe, expect, test } from 'vitest';
import { EMOTIONS } from './emotion.ts';
import { openLettering, type Stencil, widthOf } from './overlay-text.ts';

const lettering = await openLettering();
const ink = ({ ink: bytes }: Stencil) => bytes.reduce((sum, v) => sum + v, 0) / 255;
const WORDS = [...EMOTIONS, 'unclear', 'speaks', 'how viewers would read the expressions', '0123456789 %'];

describe('lettering', () => {
  test('every glyph that the overlay needs leaves ink, and no two look alike', () => {
    const letters = [...new Set(WORDS.join(''))].filter((letter) => letter !== ' ');
    const seen = new Set(letters.map((letter) => Buffer.from(lettering(letter, 40).ink).toString('base64')));
    expect(letters.filter((letter) => ink(lettering(letter, 40)) < 10)).toEqual([]);
    expect(seen.size).toBe(letters.length);
  });

  test.each([11, 18, 27])('%i pixels high: crisp, as wide as promised, and inside of its stencil', (height) => {
    for (const words of WORDS) {
      const stencil = lettering(words, height);
      expect([stencil.width, stencil.height, stencil.ink.length]).toEqual([widthOf(words, height), height, stencil.width * height]);
      expect(Math.max(...stencil.ink), words).toBeGreaterThan(230); // some pixels are all ink
      const right = Array.from({ length: height }, (_, y) => stencil.ink[(y + 1) * stencil.width - 1]!);
      expect(Math.max(...right), `${words}: cut at the right`).toBeLessThan(200);
    }
  });

  test('words twice as high have four times the ink; the same words are drawn once', () => {
    expect(ink(lettering('surprise', 48)) / ink(lettering('surprise', 24))).toBeCloseTo(4, 0);
    expect(lettering('joy', 20)).toBe(lettering('joy', 20));
    expect(lettering('joy', 20)).not.toBe(lettering('joy', 21));
  });

  test('what has no glyph leaves a gap', () => {
    expect(ink(lettering('Ж', 20))).toBe(0);
    expect(ink(lettering('', 20))).toBe(0);
    expect(widthOf('aЖa', 20)).toBeGreaterThan(widthOf('aa', 20));
  });
});
