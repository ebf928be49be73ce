#!/usr/bin/env node
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FameError, StoppedError, UsageError } from '../base/errors.ts';
import { unknownVerb, type Verb } from './command.ts';
import { columns, page } from './help.ts';
import { createOut, type Out, type Sink } from './out.ts';

/** Verbs by name: what the first help page says, and where the verb lives. */
export type Verbs = Readonly<Record<string, { readonly about: string; readonly load: () => Promise<{ readonly default: Verb }> }>>;

/** Every verb. Loaded when it is called, so that help never waits for an engine. */
export const VERBS: Verbs = {
  annotate: {
    about: 'Lead a campaign in which people write why speakers feel so, and agree on it',
    load: () => import('./annotate.ts'),
  },
  compare: { about: 'Put systems side by side: scores, intervals, and which are not shown to differ', load: () => import('./compare.ts') },
  dataset: { about: 'Look after the data that is trained on and measured against', load: () => import('./dataset.ts') },
  evaluate: { about: 'Score predictions against references, beside what knowing nothing would score', load: () => import('./evaluate.ts') },
  explain: {
    about: 'Say why a speaker shows an emotion in a dialogue, and what the answer leans on',
    load: () => import('./explain.ts'),
  },
  faces: { about: 'Follow the faces of a video and say how viewers would read their expressions', load: () => import('./faces.ts') },
  generate: { about: 'Continue a prompt or answer a message with a language model', load: () => import('./generate.ts') },
  models: { about: 'List, download, convert, quantize and verify model files', load: () => import('./models.ts') },
  predict: { about: 'Explain every item of a data set, in the form that evaluate reads', load: () => import('./predict.ts') },
  rate: { about: 'Sum up what people say of explanations', load: () => import('./rate.ts') },
  serve: {
    about: 'Serve annotation, ratings, films and explanations to this machine or to a team',
    load: () => import('./serve.ts'),
  },
  studio: {
    about: 'Watch, annotate and judge in the browser: the server with its pages',
    load: () => import('./studio.ts'),
  },
  synth: {
    about: 'Make films of drawn people whose emotions have known causes, for tests and experiments',
    load: () => import('./synth.ts'),
  },
  train: {
    about: 'Teach the layer between pictures and words (or a small model as a whole) to explain',
    load: () => import('./train.ts'),
  },
  transcribe: {
    about: 'Write down what is said in a video, or correct a transcript by it, change by change',
    load: () => import('./transcribe.ts'),
  },
};

/** What main touches of the process, so that tests run it without one. */
export interface Surroundings {
  readonly stdout: Sink & Partial<ErrorSource>;
  readonly stderr: Sink & Partial<ErrorSource>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where SIGINT and SIGTERM come from. */
  readonly signals: {
    on(event: 'SIGINT' | 'SIGTERM', heard: () => void): unknown;
    off(event: 'SIGINT' | 'SIGTERM', heard: () => void): unknown;
  };
  /** Ends the process at once: the second Ctrl-C. */
  readonly kill: (code: number) => void;
  /** Milliseconds; only differences count. */
  readonly now?: () => number;
}

interface ErrorSource {
  on(event: 'error', heard: (error: NodeJS.ErrnoException) => void): unknown;
}

/** Exit codes: 0 done, 1 our fault, 2 yours, 130 stopped. */
const EXIT = { us: 1, user: 2, stopped: 130 } as const;

/** One Ctrl-C in a terminal reaches us twice when npm or tsx passes on what we heard ourselves (ms). */
const ECHO = 300;

/** Runs one command line (without `node` and the script) and resolves to its exit code. Never rejects. */
export async function main(words: readonly string[], around: Surroundings, verbs: Verbs = VERBS): Promise<number> {
  const { stdout, stderr, env } = around;
  const stop = new AbortController();
  let pipeClosed = false;
  // `famenet … | head`: the reader has what it wanted, so the work stops and nobody is told of an error.
  stdout.on?.('error', (error) => {
    if (!pipeClosed && error.code !== 'EPIPE') throw error;
    pipeClosed = true;
    stop.abort(new StoppedError('The reader of the output has gone'));
  });
  // Nobody reads the remarks any more; the result may still be wanted.
  stderr.on?.('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const dashes = words.indexOf('--'); // behind it nothing is an option
  const before = dashes < 0 ? words : words.slice(0, dashes);
  const json = before.includes('--json');
  const now = around.now ?? (() => performance.now());
  const out = createOut({ stdout, stderr, json, env, now });
  let firstAt = Number.POSITIVE_INFINITY;
  const heard = () => {
    if (now() - firstAt > ECHO) return around.kill(EXIT.stopped);
    if (stop.signal.aborted) return;
    firstAt = now();
    out.note('Stopping; press Ctrl-C again to end at once.');
    stop.abort(new StoppedError());
  };
  around.signals.on('SIGINT', heard);
  around.signals.on('SIGTERM', heard);
  try {
    await dispatch([...before.filter((word) => word !== '--json'), ...words.slice(before.length)], verbs, out, stop.signal);
    stop.signal.throwIfAborted(); // a command that returned early because of the signal is not done
    out.close();
    return 0;
  } catch (error) {
    if (pipeClosed) return 0;
    const told = explain(error, stop.signal);
    out.error(told);
    if (told.blame === 'us' && env.FAMENET_DEBUG === '1') stderr.write(`${stack(error)}\n`);
    return EXIT[told.blame];
  } finally {
    around.signals.off('SIGINT', heard);
    around.signals.off('SIGTERM', heard);
  }
}

async function dispatch(words: readonly string[], verbs: Verbs, out: Out, signal: AbortSignal): Promise<void> {
  const [word, ...rest] = words;
  if (word === undefined) {
    throw new UsageError('USAGE_VERB', 'famenet needs to know what to do', {
      expected: Object.keys(verbs).join(', '),
      fix: 'famenet --help shows what each does',
    });
  }
  if (word === '--help' || word === '-h') return out.help(frontPage(verbs));
  if (word === 'help') return dispatch([...rest, '--help'], verbs, out, signal);
  if (word === '--version' || word === '-v') {
    out.line(version());
    return out.done({ version: version() });
  }
  const verb = Object.hasOwn(verbs, word) ? verbs[word]! : unknownVerb('famenet', word, Object.keys(verbs));
  const { default: loaded } = await verb.load();
  await loaded.start(rest, { called: `famenet ${word}`, out, signal });
}

function frontPage(verbs: Verbs): string {
  return page('famenet: why does a speaker feel an emotion? Multimodal emotion cause explanation in conversations.', {
    Usage: '  famenet <command> …',
    Commands: columns(Object.entries(verbs).map(([name, { about }]) => [name, about])),
    Options: columns([
      ['--json', 'one JSON document on stdout, everything else on stderr'],
      ['-h, --help', 'help; also after a command: famenet models --help'],
      ['-v, --version', 'the version'],
    ]),
    'Exit codes': '  0 done, 1 our fault, 2 yours (the error says what to change), 130 stopped',
  });
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

/** Every error becomes one of ours: stopped, refused by the file system, or our bug. */
function explain(error: unknown, signal: AbortSignal): FameError {
  if (error instanceof FameError) return error;
  if (signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError')))
    return new StoppedError('Stopped', {});
  const fileSystem = fileSystemError(error);
  if (fileSystem) return fileSystem;
  return new FameError(
    'BUG',
    'famenet met something it did not expect. This is our bug, not your mistake',
    {
      got: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      fix: 'run it again with FAMENET_DEBUG=1 and report what that prints',
    },
    { blame: 'us', cause: error },
  );
}

/** What a person can do about the errors of the operating system that no code of ours has caught. */
const FILE_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'ask for permission, or choose another place',
  EPERM: 'ask for permission, or choose another place',
  EROFS: 'choose a place that can be written to',
  ENOSPC: 'free some space on that disk',
  EDQUOT: 'free some space; your quota is used up',
  ENOENT: 'check the path',
  ENOTDIR: 'check the path: a part of it is a file',
  EISDIR: 'give a file, not a folder',
  EMFILE: 'allow more open files (ulimit -n)',
};

function fileSystemError(error: unknown): FameError | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const fix = FILE_SYSTEM[error.code];
  if (fix === undefined || !('syscall' in error)) return undefined;
  const at = 'path' in error && typeof error.path === 'string' ? { at: error.path } : {};
  return new FameError(
    'FILE_SYSTEM',
    'The operating system refused to read or write',
    { ...at, got: error.message, fix },
    { cause: error },
  );
}

function stack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? `${error.stack}` : `${error.stack}\nCaused by: ${stack(error.cause)}`;
}

function isMain(): boolean {
  const script = process.argv[1];
  return script !== undefined && existsSync(script) && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  const code = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signals: process,
    kill: (status) => process.exit(status),
  });
  // A worker that was not closed must not keep a finished command alive; what was written goes out first.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((gone) => stream.write('', () => gone()))));
  process.exit(code);
}
