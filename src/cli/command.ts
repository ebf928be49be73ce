import { parseArgs } from 'node:util';
import { FameError, UsageError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { type Arg, type Args, called, typed } from './args.ts';
import { commandHelp, groupHelp } from './help.ts';
import type { Out } from './out.ts';

export { type Arg, type Args, choice, flag, integer, list, number, path, text } from './args.ts';

/** The values `run` receives: exactly the declared names, so that `args.modle` does not compile. */
export type Values<A extends Args> = { readonly [K in keyof A]: A[K] extends Arg<infer T> ? T : never };

/** Everything a command may touch besides its arguments, so that a test runs it in process. */
export interface Context<A extends Args> {
  readonly args: Values<A>;
  readonly out: Out;
  /** Aborted by Ctrl-C or a closed pipe; its reason is a StoppedError. */
  readonly signal: AbortSignal;
}

/** What main needs to know of a command or a group, whatever its arguments are. */
export interface Verb {
  readonly name: string;
  readonly about: string;
  /** The help page; `called` is what was typed to get here, e.g. `famenet models pull`. */
  help(called: string): string;
  /** Parses the words after the verb and runs it. Throws UsageError before anything has happened. */
  start(words: readonly string[], with_: { called: string; out: Out; signal: AbortSignal }): Promise<void>;
}

/** A command as a value: `run` and `parse` are there for tests, `help` and `start` for main. */
export interface Command<A extends Args> extends Verb {
  readonly examples: readonly string[];
  readonly args: A;
  parse(words: readonly string[]): Values<A>;
  run(context: Context<A>): Promise<void>;
}

/** Declares a command. `example` and `examples` are whole lines as one types them; help prints them. */
export function command<const A extends Args>(spec: {
  readonly name: string;
  readonly about: string;
  readonly example?: string;
  readonly examples?: readonly string[];
  readonly args: A;
  run(context: Context<A>): Promise<void>;
}): Command<A> {
  checkDeclaration(spec.name, spec.args);
  const examples = [...(spec.example === undefined ? [] : [spec.example]), ...(spec.examples ?? [])];
  const parse = (words: readonly string[]): Values<A> => parseWords(spec.args, words);
  return {
    name: spec.name,
    about: spec.about,
    examples,
    args: spec.args,
    parse,
    run: (context) => spec.run(context),
    help: (called) => commandHelp(called, spec.about, spec.args, examples),
    async start(words, { called, out, signal }) {
      if (asksForHelp(words)) return out.help(this.help(called));
      await spec.run({ args: parse(words), out, signal });
    },
  };
}

/** Declares a verb that only holds others: `famenet models pull`. */
export function group(spec: {
  readonly name: string;
  readonly about: string;
  readonly commands: readonly Verb[];
}): Verb & { readonly commands: readonly Verb[] } {
  return {
    ...spec,
    help: (called) => groupHelp(called, spec.about, spec.commands),
    async start(words, { called, out, signal }) {
      const [word, ...rest] = words;
      if (word === undefined || word === '-h' || word === '--help') {
        if (word !== undefined) return out.help(this.help(called));
        throw new UsageError('USAGE_VERB', `${called} needs to know what to do`, {
          expected: spec.commands.map((c) => c.name).join(', '),
          fix: `${called} --help shows what each does`,
        });
      }
      const found =
        spec.commands.find((c) => c.name === word) ??
        unknownVerb(
          called,
          word,
          spec.commands.map((c) => c.name),
        );
      await found.start(rest, { called: `${called} ${word}`, out, signal });
    },
  };
}

/** Throws USAGE_VERB with the nearest verb, or all of them. */
export function unknownVerb(called: string, word: string, verbs: readonly string[]): never {
  const near = nearest(word, verbs);
  throw new UsageError('USAGE_VERB', `${called} has no command ${JSON.stringify(word)}`, {
    expected: verbs.join(', '),
    got: word,
    fix: near ? `did you mean "${called} ${near}"?` : `${called} --help shows what each does`,
  });
}

/** Whether a help page was asked for; after `--` nothing is an option any more. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h');
}

function checkDeclaration(name: string, args: Args): void {
  const positional = Object.entries(args).filter(([, arg]) => arg.positional);
  const taken = ['json', 'help'].filter((reserved) => reserved in args);
  const listEarly = positional.findIndex(([, arg]) => arg.kind === 'list');
  const optionalEarly = positional.findIndex(([, arg], i) => arg.required && positional.slice(0, i).some(([, before]) => !before.required));
  if (taken.length === 0 && (listEarly < 0 || listEarly === positional.length - 1) && optionalEarly < 0) return;
  throw new FameError(
    'CLI_DECLARATION',
    `The command "${name}" declares its arguments wrongly`,
    {
      expected: 'no argument called json or help; required positional arguments before optional ones; a positional list last',
      fix: 'reorder or rename the arguments',
    },
    { blame: 'us' },
  );
}

/** Words → values. The tokens come from node:util.parseArgs; its strict mode is done here, to say more than it can. */
function parseWords<A extends Args>(args: A, words: readonly string[]): Values<A> {
  const names = Object.keys(args);
  const options = names.filter((name) => !args[name]!.positional);
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      options.map((name) => {
        const { kind, short } = args[name]!;
        return [typed(name), { type: kind === 'flag' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) } as const];
      }),
    ),
  });
  const given = new Map<string, string[]>();
  const put = (name: string, value: string) => given.set(name, [...(given.get(name) ?? []), value]);
  const loose: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') loose.push(token.value);
    if (token.kind !== 'option') continue;
    const off = options.find((name) => args[name]!.kind === 'flag' && token.name === `no-${typed(name)}`);
    const name = options.find((n) => typed(n) === token.name) ?? off ?? unknownOption(token.rawName, args);
    const arg = args[name]!;
    if (arg.kind === 'flag') {
      if (token.value !== undefined) {
        throw new UsageError('USAGE_VALUE', `--${token.name} takes no value`, {
          at: token.rawName,
          got: token.value,
          fix: `write --${typed(name)} or --no-${typed(name)}`,
        });
      }
      put(name, off ? 'false' : 'true');
    } else {
      put(name, optionValue(arg, token));
    }
  }
  placeLoose(args, loose, put);
  const values = Object.fromEntries(names.map((name) => [name, argValue(name, args[name]!, given.get(name))]));
  return values as Values<A>; // one entry per declared name, each made by that name's own parse
}

function optionValue(arg: Arg<unknown>, token: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined }): string {
  const { value } = token;
  // "--out --json" is a forgotten value far more often than a file called --json; a negative number is meant as it stands.
  const eaten =
    value !== undefined &&
    !token.inlineValue &&
    /^-./.test(value) &&
    !((arg.kind === 'integer' || arg.kind === 'number') && /^-[\d.]/.test(value));
  if (value !== undefined && !eaten) return value;
  throw new UsageError('USAGE_VALUE', `${token.rawName} needs a value`, {
    at: token.rawName,
    expected: arg.form,
    ...(eaten ? { got: value } : {}),
    fix: eaten ? `write ${token.rawName}=${value} if that is the value` : `write ${token.rawName} ${arg.form}`,
  });
}

function unknownOption(raw: string, args: Args): never {
  const known = [
    ...Object.keys(args)
      .filter((name) => !args[name]!.positional)
      .map((name) => `--${typed(name)}`),
    '--json',
    '--help',
  ];
  const near = nearest(raw, known);
  throw new UsageError('USAGE_OPTION', `There is no option ${raw}`, {
    expected: known.join(', '),
    got: raw,
    fix: near ? `did you mean ${near}?` : 'see --help',
  });
}

/** Hands the words without dashes to the positional arguments, in order; a list takes the rest. */
function placeLoose(args: Args, loose: readonly string[], put: (name: string, value: string) => void): void {
  const places = Object.keys(args).filter((name) => args[name]!.positional);
  for (const [i, word] of loose.entries()) {
    const last = places[places.length - 1];
    const place = places[i] ?? (last !== undefined && args[last]!.kind === 'list' ? last : undefined);
    if (place === undefined) {
      throw new UsageError('USAGE_EXTRA', `${JSON.stringify(word)} is one argument too many`, {
        expected: places.length === 0 ? 'no arguments besides options' : places.map((name) => called(name, args[name]!)).join(' '),
        got: loose.join(' '),
        fix: 'quote a text that contains spaces, and start options with --',
      });
    }
    put(place, word);
  }
}

function argValue(name: string, arg: Arg<unknown>, given: readonly string[] | undefined): unknown {
  const at = called(name, arg);
  if (given) return arg.parse(given, at);
  const inherited = arg.env === undefined ? undefined : process.env[arg.env];
  if (inherited) return arg.parse([inherited], `${arg.env}`);
  if (!arg.required) return arg.default;
  throw new UsageError('USAGE_MISSING', `${at} is missing`, {
    at,
    expected: arg.about || arg.form,
    fix: arg.positional ? 'add it after the command' : `add ${at} ${arg.form}${arg.env ? `, or set ${arg.env}` : ''}`,
  });
}
