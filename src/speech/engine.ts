import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { FameError, StoppedError } from '../base/errors.ts';
import type { Sound } from '../media/frame.ts';
import { readSound } from '../media/sound.ts';
import { fingerprint } from '../weights/receipt.ts';
import { filesOf, findSpeechModels, type SpeechModels } from './models.ts';
import { type Message, messageOf, OUT, RATE, type Request } from './protocol.ts';
import { SHERPA } from './sherpa.ts';
import type { HearOptions, Speech, Transcript } from './speech.ts';
import { segmentsOf } from './tokens.ts';

/** What the engine may be told once for all videos. */
export interface EngineOptions {
  /** Two letters that Whisper knows; it finds out where absent. Other recognisers know one language or find out. */
  readonly language?: string | undefined;
  /** Threads of each network; the machine's cores where absent. */
  readonly threads?: number | undefined;
}

/** Characters that are kept of what the process says on stderr: the last ones. */
const LAST_WORDS = 500;

/**
 * Speech by sherpa-onnx in a process of its own: Whisper or a transducer with the models of a folder (`findSpeechModels`), voice activity, and, where
 * the folder has the networks, voices and sounds. The folder is looked into at once, the models are loaded for each video.
 * @throws FameError SPEECH_MODELS where the folder lacks what is asked for, SPEECH_ENGINE where the process failed; what `readSound` throws.
 */
export async function engineSpeech(
  folder: string,
  { language = '', threads = availableParallelism() }: EngineOptions = {},
): Promise<Speech> {
  const models = await findSpeechModels(folder);
  return {
    async hear(video, { speakers = false, events = false, signal, onProgress } = {}) {
      checkAsked(models, folder, { speakers, events });
      const sound = await readSound(video, { rate: RATE, ...(signal === undefined ? {} : { signal }) });
      const files = await Promise.all(
        filesOf(models).map(async (file) => ({ file: basename(file), sha256: (await fingerprint(file, signal)).sha256 })),
      );
      const seconds = sound.samples.length / RATE;
      const receipt = { by: SHERPA, files, seconds, notes: notesOf(models, sound) };
      if (sound.samples.length === 0) return { segments: [], events: events ? [] : undefined, receipt };
      const voices = speakers === false ? {} : { voices: speakers === true ? -1 : speakers };
      const request: Request = { models, rate: RATE, samples: sound.samples.length, language, events, threads, ...voices };
      return { ...(await listen(request, sound, { signal, onProgress })), receipt };
    },
  };
}

function checkAsked(models: SpeechModels, folder: string, { speakers, events }: HearOptions): void {
  const lacking =
    speakers !== false && models.speakers === undefined ? 'speakers' : events && models.sounds === undefined ? 'sounds' : undefined;
  if (lacking === undefined) return;
  throw new FameError('SPEECH_MODELS', `The folder has no models that tell ${lacking === 'speakers' ? 'voices' : 'sounds'} apart`, {
    at: folder,
    expected:
      lacking === 'speakers'
        ? 'pyannote segmentation and a speaker embedding, as .onnx'
        : 'a CED or zipformer tagger as .onnx, and class_labels_indices.csv',
    got: 'n/a without them: nothing is guessed',
    fix: `put them into the folder (famenet models list), or leave out --${lacking === 'speakers' ? 'diarise' : 'events'}`,
  });
}

function notesOf({ voice }: SpeechModels, { samples }: Sound): string[] {
  return [
    ...(samples.length === 0 ? ['the file has no sound'] : []),
    ...(voice === undefined ? ['no voice activity model: all sound was listened to, and words may be made up in music and silence'] : []),
  ];
}

async function listen(
  request: Request,
  { samples, start }: Sound,
  { signal, onProgress }: HearOptions,
): Promise<Omit<Transcript, 'receipt'>> {
  signal?.throwIfAborted();
  const child = launch();
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
    said = (said + piece).slice(-LAST_WORDS);
  });
  child.stdin!.on('error', () => {}); // it ended before it had heard all: 'close' says how
  const gone = new Promise<string>((resolve) => {
    child.on('error', (cause) => resolve(cause.message));
    child.on('close', (code, by) => resolve(by ?? `exit code ${code}`));
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    child.stdin!.write(`${JSON.stringify(request)}\n`);
    child.stdin!.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    const messages: Message[] = [];
    for await (const line of createInterface({ input: child.stdio[OUT] as Readable })) {
      const message = messageOf(line);
      if (message?.is === 'beat') onProgress?.(message.done, request.samples / request.rate);
      else if (message) messages.push(message);
    }
    if (signal?.aborted) throw new StoppedError();
    const last = messages.at(-1);
    if (last?.is !== 'end') throw failed(last?.is === 'failed' ? last.got : [await gone, plain(said)].join(': '));
    const all = <K extends 'words' | 'voices' | 'events'>(is: K) => messages.filter((m): m is Extract<Message, { is: K }> => m.is === is);
    /** From the first sample's clock to the video's. */
    const later = <T extends { readonly start: number; readonly end: number }>(one: T): T => ({
      ...one,
      start: one.start + start,
      end: one.end + start,
    });
    const words = all('words').flatMap((message) => message.words.map(later));
    const voices = all('voices').flatMap((message) => message.voices.map(later));
    const events = all('events').flatMap((message) => message.events.map(later));
    return { segments: segmentsOf(words, voices), events: request.events ? events : undefined };
  } finally {
    signal?.removeEventListener('abort', stop);
    child.kill('SIGKILL');
    await gone;
  }
}

/** What the system needs to start a program; nothing else of our environment is the process' business. */
const ENVIRONMENT = ['SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];

function launch(): ChildProcess {
  const env = Object.fromEntries(ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return spawn(process.execPath, program(), { stdio: ['pipe', 'ignore', 'pipe', 'pipe'], env, windowsHide: true });
}

/** The published package is JavaScript; from source the process needs the TypeScript loader. */
function program(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL('./listener.js', import.meta.url))];
  const loader = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(loader).href, fileURLToPath(new URL('./listener.ts', import.meta.url))];
}

/** Last words without colours and other commands to a terminal: ONNX Runtime writes them, and names in a file may hold any. */
const plain = (said: string): string =>
  stripVTControlCharacters(said)
    .replace(/[^\P{Cc}\n]/gu, '')
    .trim();

function failed(got: string): FameError {
  return new FameError('SPEECH_ENGINE', 'The listening process failed', {
    expected: 'models that sherpa-onnx reads',
    got,
    fix: '`famenet models verify`, or take models as sherpa-onnx publishes them',
  });
}
