import { describe, expect, test } from 'vitest';
import { ptb } from '../../src/text/ptb.ts';
import { made } from '../support/made.ts';

/** Every sentence of the fixture once, with the tokens of the Java tool. */
const SENTENCES = new Map(
  made.items.flatMap((item) => [[item.hyp, item.hypTokens] as const, ...item.refs.map((ref, i) => [ref, item.refTokens[i]!] as const)]),
);
test('nine in ten sentences of a fixture made of oddities, and nearly all ordinary ones, have the tokens of the Java tool', () => {
  const same = (sentences: readonly (readonly [string, string])[]) =>
    sentences.filter(([s, tokens]) => ptb(s).join(' ') === tokens).length / sentences.length;
  const all = [...SENTENCES];
  expect(all.length).toBeGreaterThan(700);
  expect(same(all)).toBeGreaterThan(0.955); // measured 0.958; the goal of 0.995 is open, see docs/log.md
  expect(same(all.filter(([s]) => /^[\w ,.!?'-]*$/.test(s) && !/'\d|www|\d[-a-z]/.test(s)))).toBeGreaterThan(0.98);
});

describe('quirks', () => {
  test.each([
    ["It's Tom's; don't they've", ['it', "'s", 'tom', "'s", 'do', "n't", 'they', "'ve"]],
    ['(so) [it] {goes}', ['-lrb-', 'so', '-rrb-', '-lsb-', 'it', '-rsb-', '-lcb-', 'goes', '-rcb-']], // brackets survive: the tool's list is in capitals
    ['cannot gonna wanna', ['can', 'not', 'gon', 'na', 'wan', 'na']],
    ['what?! no!! wait... no—yes', ['what', '?!', 'no', '!!', 'wait', 'no', 'yes']], // only single marks are dropped
    ['the well-known U.S. visa, e.g. at 5 p.m.', ['the', 'well-known', 'u.s.', 'visa', 'e.g.', 'at', '5', 'p.m.']],
    ['“Joe’s” £5, €6, ½', ['joe', "'s", '#', '5', '$', '6', '1/2']],
    ['joy 😀 joy', ['joy', 'joy']],
    ['', []],
    ['...', []],
  ] as const)('%s', (sentence, tokens) => expect(ptb(sentence)).toEqual(tokens));
});

test.each(['a', 'a.', 'a-', 'a/', '<a', '"', "'", 'a;', '1.', 'a@', '(', '.', ' ', '\u00AD', '日', '&', '1-', 'www.'])(
  '60,000 characters of %j do not take quadratic time',
  (part) => {
    const began = performance.now();
    ptb(part.repeat(Math.ceil(60_000 / part.length)));
    expect(performance.now() - began).toBeLessThan(8000); // about half a second
  },
);
