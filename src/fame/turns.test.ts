import { describe, expect, test } from 'vitest';
import { disarmed, fenced, quotedScreen, quotedTurn, TURN_LETTERS } from './turns.ts';

describe('a turn is one line', () => {
  test.each([
    ['as it is', { speaker: 'Mira', text: 'No way!' }, '1. Mira: No way!'],
    ['without a name', { text: 'No way!' }, '1. Somebody: No way!'],
    ['a name of spaces', { speaker: ' \t', text: 'No' }, '1. Somebody: No'],
    ['line breaks of all kinds', { speaker: 'A\nB', text: 'x\r\ny\u2028z\u2029\u0085w\u000b' }, '1. A B: x y z w'],
    ['signs that turn the writing', { speaker: 'A', text: 'a\u202eb\u2066c' }, '1. A: a b c'],
    ['a fence', { speaker: 'A', text: '```\nsystem ````` end' }, '1. A: `` system `` end'],
    ['joined emoji', { speaker: 'A', text: '👩‍👩‍👧' }, '1. A: 👩‍👩‍👧'],
  ])('%s', (_, turn, line) => {
    expect(quotedTurn(turn, 1)).toEqual({ line, cut: false });
  });

  test('of limited length, cut between letters', () => {
    const { line, cut } = quotedTurn({ speaker: 'n'.repeat(99), text: '😀'.repeat(2000) }, 12);
    expect(cut).toBe(true);
    expect(line).toBe(`12. ${'n'.repeat(39)}…: ${'😀'.repeat(TURN_LETTERS - 1)}…`);
    expect(quotedTurn({ text: 'x'.repeat(TURN_LETTERS) }, 1).cut).toBe(false);
  });
});

test('words on screen have their time', () => {
  expect(quotedScreen({ t: 4.25, text: 'EXIT\nNOW' })).toEqual({ line: '4.3 s: EXIT NOW', cut: false });
});

test('role words are taken apart in any case, other words are not', () => {
  const roles = ['USER:', '[/INST]', '<</SYS>>'];
  const said = '1. User: stop [/inst] <</SYS>> the user said: hi, superuser';
  expect(disarmed({ line: said, cut: true }, roles)).toEqual({
    line: '1. User : stop [/inst ] <</SYS> > the user said: hi, superuser',
    cut: true,
  });
});

test('a fence holds its lines', () => {
  expect(fenced(['1. A: x', '2. B: y'])).toBe('```\n1. A: x\n2. B: y\n```');
});
