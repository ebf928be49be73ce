import { expect, test } from 'vitest';
import { bleu, ciderD, FLOOR_NAMES, fingerprint, floor, measure, rougeL, score, scoreOf, tokenise } from './index.ts';

const SEGMENTS = [
  { id: 'a', hyp: 'The reason he was sad was that it rained.', refs: ['He was sad because it rained.'] },
  { id: 'b', hyp: 'The reason she was happy was that it snowed.', refs: ['She was happy: it snowed!', 'It snowed, so she was happy.'] },
];

test('scores, intervals, items and a signature that says all', async () => {
  const [one, two] = await score([bleu({ order: 1 }), rougeL()], SEGMENTS, { bootstrap: 50, seed: 4 });
  expect(one).toMatchObject({
    name: 'BLEU-1',
    signature: expect.stringMatching(
      /^bleu\|order:1\|length:closest\|smooth:none\|tok:ptb-like\|items:2\|refs:1-2\|set:[0-9a-f]{8}\|v:2\|bootstrap:50\|seed:4$/,
    ) as string,
  });
  expect(two).toMatchObject({
    low: expect.any(Number) as number,
    high: expect.any(Number) as number,
    perItem: [expect.any(Number), expect.any(Number)],
  });
});

test('the tokeniser changes the number and the signature', async () => {
  const [ptb] = await score([rougeL()], SEGMENTS);
  const [white] = await score([rougeL()], SEGMENTS, { tokenizer: 'whitespace' });
  expect(white).not.toMatchObject({ score: (ptb as { score: number }).score });
  expect(white!).toMatchObject({ signature: expect.stringContaining('tok:whitespace') as string });
});

test('a missing metric stays in the list', async () => {
  const missing = { name: 'BLEURT', missing: 'no checkpoint', fix: 'famenet models pull bleurt' };
  expect(await score([missing], SEGMENTS)).toEqual([missing]);
});

test('no items: 0, not NaN', async () => {
  for (const row of await score([bleu(), rougeL(), ciderD()], [], { bootstrap: 3 }))
    expect((row as { score: number }).score).toBeLessThan(1e-3);
});

test('a part of the set keeps the statistics of the whole, and says so', async () => {
  const measured = await measure(ciderD(), tokenise(SEGMENTS, 'ptb'), { tokenizer: 'ptb' });
  const part = scoreOf(measured, undefined, [1]);
  expect(part.perItem).toEqual([scoreOf(measured).perItem[1]]);
  expect(part.signature).toBe(`${measured.signature}|among:1`);
});

test('the fingerprint is of ids and references, in any order, and not of candidates', () => {
  const [a, b] = SEGMENTS as [(typeof SEGMENTS)[0], (typeof SEGMENTS)[0]];
  expect(fingerprint([b, a])).toBe(fingerprint(SEGMENTS));
  expect(fingerprint([{ ...a, hyp: 'x' }, b])).toBe(fingerprint(SEGMENTS));
  expect(fingerprint([{ ...a, refs: ['x'] }, b])).not.toBe(fingerprint(SEGMENTS));
});

test('an aborted signal stops before the next metric', async () => {
  await expect(score([bleu()], SEGMENTS, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('floors: the template with the utterance, and without', () => {
  const items = [
    { id: '1', hyp: '', refs: ['x'], about: { emotion: 'joy', text: 'We won!', speaker: 'Monica Geller' } },
    { id: '2', hyp: '', refs: ['x'], about: { emotion: 'envy', text: 'Hm.', speaker: 'Someone' } },
    { id: '3', hyp: '', refs: ['x'], about: { emotion: 'Anger', text: 'No.', pronoun: 'they' } },
  ];
  const [whole, alone] = FLOOR_NAMES.map((name) => floor(name, items).map(({ hyp }) => hyp));
  expect(whole).toEqual([
    'The reason she was happy was that We won!',
    'The reason he/she was envy was that Hm.',
    'The reason they was angry was that No.',
  ]);
  expect(alone![0]).toBe('The reason she was happy was that');
});
