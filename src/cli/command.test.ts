import { describe, expect, test } from 'vitest';
import { captureOut } from '../../test/support/out.ts';
import { UsageError } from '../base/errors.ts';
import { choice, command, flag, group, integer, list, number, path, text } from './command.ts';

const say = command({
  name: 'say',
  about: 'Say something',
  example: 'famenet say hello --times 3',
  args: {
    word: text({ positional: true, about: 'what to say' }),
    model: path({ env: 'FAMENET_TEST_MODEL', about: 'model folder' }),
    times: integer({ min: 1, max: 9, default: 1, short: 't' }),
    heat: number({ min: 0 }),
    how: choice(['loud', 'soft'], { default: 'soft' }),
    stop: list(text(), { about: 'stop words' }),
    loud: flag({ default: true }),
    dryRun: flag(),
  },
  async run({ args, out }) {
    for (let i = 0; i < args.times; i++) out.line(args.word);
    out.done({ said: args.times });
  },
});

/** The code, or the whole text of the error that the words lead to. */
function errorOf(words: string[], of: { parse(words: readonly string[]): unknown } = say): UsageError {
  try {
    of.parse(words);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${words.join(' ')} was accepted`);
}

describe('values', () => {
  test('absent arguments have their defaults', () => {
    const { word, times, heat, how, stop, loud, dryRun } = say.parse(['hi']);
    expect({ word, times, heat, how, stop, loud, dryRun }).toEqual({
      word: 'hi',
      times: 1,
      heat: undefined,
      how: 'soft',
      stop: [],
      loud: true,
      dryRun: false,
    });
  });
  test('camel case is written with dashes, flags can be switched off, lists grow, short options work', () => {
    const values = say.parse(['--dry-run', '--no-loud', '-t', '3', 'hi', '--stop', 'a', '--stop=--b', '--how', 'loud', '--heat', '1e-3']);
    expect(values).toMatchObject({ dryRun: true, loud: false, times: 3, word: 'hi', stop: ['a', '--b'], how: 'loud', heat: 0.001 });
  });
  test('the last of two values counts', () => expect(say.parse(['hi', '-t', '3', '-t', '4']).times).toBe(4));
  test('behind -- everything is an argument', () => expect(say.parse(['--', '--times']).word).toBe('--times'));
  test('a negative number is a value, not an option', () => {
    const c = command({ name: 'c', about: '', args: { bias: number(), n: integer() }, run: async () => {} });
    expect(c.parse(['--bias', '-1.5', '--n', '-2'])).toEqual({ bias: -1.5, n: -2 });
  });
  test('a positional list takes the rest', () => {
    const c = command({
      name: 'c',
      about: '',
      args: { first: text({ positional: true }), rest: list(path(), { positional: true }) },
      run: async () => {},
    });
    expect(c.parse(['a', 'b', 'c'])).toEqual({ first: 'a', rest: ['b', 'c'] });
    expect(errorOf(['a'], c).code).toBe('USAGE_MISSING');
  });
  test('the environment stands in, and the option beats it', () => {
    process.env.FAMENET_TEST_MODEL = '/from/env';
    try {
      expect(say.parse(['hi']).model).toBe('/from/env');
      expect(say.parse(['hi', '--model', '/given']).model).toBe('/given');
    } finally {
      delete process.env.FAMENET_TEST_MODEL;
    }
  });
});

describe('refusals', () => {
  test.each([
    [['hi', '--tmies', '3'], 'USAGE_OPTION', 'did you mean --times?'],
    [['hi', '--no-times'], 'USAGE_OPTION', 'did you mean --times?'],
    [['hi', '-x'], 'USAGE_OPTION', 'see --help'],
    [['hi', '--times', '3x'], 'USAGE_VALUE', 'for example --times=1'],
    [['hi', '--times', '10'], 'USAGE_VALUE', 'for example --times=1'],
    [['hi', '--times', '9007199254740993'], 'USAGE_VALUE', 'for example --times=1'],
    [['hi', '--times', ''], 'USAGE_VALUE', 'for example --times=1'],
    [['hi', '--heat', 'Infinity'], 'USAGE_VALUE', 'for example --heat=0'],
    [['hi', '--heat', '-1'], 'USAGE_VALUE', 'for example --heat=0'],
    [['hi', '--how', 'lod'], 'USAGE_VALUE', 'did you mean loud?'],
    [['hi', '--stop', '--dry-run'], 'USAGE_VALUE', 'write --stop=--dry-run if that is the value'],
    [['hi', '--times'], 'USAGE_VALUE', 'write --times <integer>'],
    [['hi', '--dry-run=yes'], 'USAGE_VALUE', 'write --dry-run or --no-dry-run'],
    [['hi', '--model', ''], 'USAGE_VALUE', 'give the path of a file or folder'],
    [['hi', 'ho'], 'USAGE_EXTRA', 'quote a text that contains spaces, and start options with --'],
    [[], 'USAGE_MISSING', 'add it after the command'],
  ])('%j is %s', (words, code, fix) => expect(errorOf(words)).toMatchObject({ code, detail: { fix } }));

  test('a path that must exist does, and is what it should be', () => {
    const c = command({
      name: 'c',
      about: '',
      args: { file: path({ positional: true, mustExist: true, is: 'file' }) },
      run: async () => {},
    });
    expect(c.parse(['package.json']).file).toBe('package.json');
    expect(errorOf(['no/such/file'], c)).toMatchObject({ code: 'USAGE_PATH', detail: { at: '<file>', expected: 'an existing file' } });
    expect(errorOf(['src'], c)).toMatchObject({ code: 'USAGE_PATH', detail: { expected: 'a file', got: 'a folder' } });
  });
  test('a required option says how to give it', () => {
    const c = command({
      name: 'c',
      about: '',
      args: { model: path({ required: true, env: 'FAMENET_NOT_SET', about: 'model folder' }) },
      run: async () => {},
    });
    expect(errorOf([], c)).toMatchObject({
      code: 'USAGE_MISSING',
      detail: { expected: 'model folder', fix: 'add --model <path>, or set FAMENET_NOT_SET' },
    });
  });
  test('a wrong declaration is our fault, at once', () => {
    const declare = () =>
      command({
        name: 'c',
        about: '',
        args: { a: text({ positional: true, required: false }), b: text({ positional: true }) },
        run: async () => {},
      });
    expect(declare).toThrow(expect.objectContaining({ code: 'CLI_DECLARATION', blame: 'us' }));
    expect(() => command({ name: 'c', about: '', args: { json: flag() }, run: async () => {} })).toThrow(/CLI_DECLARATION/);
  });
});

test('run() is called in process with plain values', async () => {
  const { out, stdout } = captureOut();
  await say.run({ args: say.parse(['hi', '-t', '2']), out, signal: AbortSignal.abort() });
  expect(stdout()).toBe('hi\nhi\n');
});

test('the types of the values are exact', () => {
  const values = say.parse(['hi']);
  const word: string = values.word;
  const how: 'loud' | 'soft' = values.how;
  const stop: readonly string[] = values.stop;
  const times: number = values.times;
  // @ts-expect-error an optional number may be absent
  const heat: number = values.heat;
  // @ts-expect-error there is no index signature: a typing error does not compile
  const wrong = values.modle;
  // @ts-expect-error an unknown rule does not compile
  integer({ mni: 1 });
  // @ts-expect-error a default must be one of the words
  choice(['a', 'b'], { default: 'c' });
  expect([word, how, stop, times, heat, wrong]).toEqual(['hi', 'soft', [], 1, undefined, undefined]);
});

describe('help', () => {
  test('of a command', () => {
    expect(say.help('famenet say')).toBe(`famenet say: Say something

Usage
  famenet say <word> [options]

Arguments
  <word>  what to say

Options
  --model <path>         model folder (or FAMENET_TEST_MODEL)
  -t, --times <integer>  (1 to 9; default 1)
  --heat <number>        (at least 0)
  --how <loud|soft>      (default soft)
  --stop <text>…         stop words
  --no-loud
  --dry-run
  --json                 one JSON document on stdout, everything else on stderr
  -h, --help             this page

Examples
  famenet say hello --times 3
`);
  });
  test('of a group, and its refusals', async () => {
    const g = group({ name: 'talk', about: 'Talk', commands: [say] });
    const run = async (...words: string[]) => {
      const { out, stdout } = captureOut();
      await g.start(words, { called: 'famenet talk', out, signal: new AbortController().signal });
      return stdout();
    };
    expect(await run('--help')).toBe(
      'famenet talk: Talk\n\nUsage\n  famenet talk <command> …\n\nCommands\n  say  Say something\n\nMore\n  famenet talk <command> --help\n',
    );
    expect(await run('say', '--help')).toContain('famenet talk say <word>');
    expect(await run('say', 'hi')).toBe('hi\n');
    await expect(run('sya')).rejects.toMatchObject({ code: 'USAGE_VERB', detail: { fix: 'did you mean "famenet talk say"?' } });
    await expect(run()).rejects.toMatchObject({ code: 'USAGE_VERB' });
  });
});
