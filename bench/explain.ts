/** `famenet explain` from the command to its end on a film of 10 s, 720p, with a random model of FAME-mini's size; and several questions about one dialogue. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../src/base/random.ts';
import { explain, type Fame, freshProjector, openFame, pools, saveProjector } from '../src/fame/index.ts';
import { input } from '../src/graph/index.ts';
import { clipConfig, keptPrompt, languageModelLater, llamaConfig } from '../src/models/index.ts';
import { freshWeights, writeSafetensors } from '../src/weights/index.ts';
import { type Bench, type Figure, median, round, timed } from './report.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
/** Ids that the tokenizer of the fixture has letters for; the model never says any other. */
const SPELLED = 384;
const NEW = 48; // tokens: about two sentences
const QUESTIONS = 8;

const LANGUAGE = {
  model_type: 'llama',
  vocab_size: 8192,
  hidden_size: 320,
  intermediate_size: 864,
  num_hidden_layers: 8,
  num_attention_heads: 5,
  num_key_value_heads: 5,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
  bos_token_id: 1,
  eos_token_id: 2,
} as const;
const TOWER = {
  model_type: 'clip_vision_model',
  hidden_size: 192,
  intermediate_size: 768,
  num_hidden_layers: 4,
  num_attention_heads: 3,
  image_size: 160,
  patch_size: 32,
  num_channels: 3,
  hidden_act: 'quick_gelu',
  layer_norm_eps: 1e-5,
} as const;

export default {
  about: 'an explanation of a film, start to end',
  async run({ threads, quick, note }) {
    const folder = await mkdtemp(join(tmpdir(), 'famenet-bench-'));
    try {
      note('making a model and a film');
      execFileSync('npm', ['run', '-s', 'build'], { cwd: at(''), stdio: 'inherit' }); // as published
      await randomMini(folder);
      execFileSync(process.execPath, ['--import', 'tsx', at('examples/moving-faces.ts'), join(folder, 'film.mp4')], { stdio: 'ignore' });
      await writeFile(join(folder, 'talk.json'), JSON.stringify(dialogue(5, 10)));
      const runs: Run[] = [];
      for (let i = 0; i < (quick ? 1 : 3); i++) {
        note(`run ${i + 1}`);
        runs.push(await explained(folder, threads));
      }
      note(`${QUESTIONS} questions`);
      const shared = await sharing(folder, threads, quick ? 1 : 3);
      return {
        figures: {
          threads,
          newTokens: NEW,
          seconds: round(median(runs.map(({ seconds }) => seconds)), 2),
          secondsToQuestion: round(median(runs.map(({ question }) => question)), 2),
          secondsToFirstWord: round(median(runs.map(({ word }) => word)), 2),
          peakMegabytes: peakOf(runs),
          questions: QUESTIONS,
          ...shared.figures,
        },
        ratios: shared.ratios,
        versions: {},
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
} satisfies Bench;

/** Writes a folder like FAME-mini's, with weights by chance, and the tokenizer of a fixture. */
async function randomMini(folder: string): Promise<void> {
  await mkdir(join(folder, 'model'));
  const json = { model_type: 'llava', text_config: LANGUAGE, vision_config: TOWER, vision_feature_layer: -2, tie_word_embeddings: true };
  await writeFile(join(folder, 'model/config.json'), JSON.stringify(json));
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    await copyFile(at(`test/fixtures/llava-tiny/${file}`), join(folder, 'model', file));
  const chance = random(1);
  const values = (name: string, shape: readonly number[]): Float32Array => {
    const size = shape.reduce((n, d) => n * d, 1);
    const spelled = name.includes('embed_tokens') ? SPELLED * (shape[1] as number) : size;
    return Float32Array.from({ length: size }, (_, i) => (shape.length === 1 ? 1 : i < spelled ? 0.05 * chance.normal() : 0));
  };
  const w = freshWeights(values);
  languageModelLater(w, llamaConfig(LANGUAGE));
  const tower = { ...clipConfig(TOWER), take: -2 };
  pools(w, tower, input('V', 'float32', ['B', 3, tower.image, tower.image]));
  const tensors = [...w.asked].map(([name, { shape }]) => ({
    name,
    dtype: 'F32' as const,
    shape: shape as number[],
    data: bytes(values(name, shape as number[])),
  }));
  await writeSafetensors(join(folder, 'model/model.safetensors'), tensors);
  await saveProjector(join(folder, 'g.safetensors'), freshProjector('mlp2x_gelu', TOWER.hidden_size, LANGUAGE.hidden_size, 1));
}

const bytes = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** So many turns that fill so many seconds. */
const dialogue = (turns: number, seconds: number) =>
  Array.from({ length: turns }, (_, i) => ({
    speaker: ['Mira', 'Pell'][i % 2]!,
    text: ['I thought that you had lost it.', 'It was under the chair all the time!', 'And nobody looked there?'][i % 3]!,
    start: (i * seconds) / turns,
    end: ((i + 1) * seconds) / turns,
    emotion: 'joy' as const,
  }));

interface Run {
  /** Seconds after the process was started. */
  readonly seconds: number;
  readonly question: number;
  readonly word: number;
  readonly peak: number | undefined;
}

/** One run of the command in a process of its own, with what all its processes hold in memory together, looked at every 50 ms. */
async function explained(folder: string, threads: number): Promise<Run> {
  const words = ['film.mp4', '--dialogue', 'talk.json', '--model', 'model', '--projector', 'g.safetensors', '--threads', `${threads}`];
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  const child = spawn(process.execPath, [at('dist/cli/main.js'), 'explain', ...words, '--max-new', `${NEW}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [question, word, said]: [number, number, string] = [0, 0, ''];
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    question ||= since();
    if (/\n\n[^\n]/.test(said)) word ||= since();
  });
  let peak: number | undefined;
  const looking = setInterval(() => {
    residentOf(child).then(
      (now) => {
        peak = Math.max(peak ?? 0, now);
      },
      () => {}, // no /proc, or a process that has just ended
    );
  }, 50);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(looking);
  if (code !== 0) throw new Error(`famenet explain ended with ${code}`);
  return { seconds: since(), question, word, peak };
}

/** Megabytes that a process and all that it started hold. */
async function residentOf({ pid }: ChildProcess): Promise<number> {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0));
    resident.set(Number(name), Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1000);
  }
  const ours = (p: number): boolean => p === pid || (p > 1 && ours(parents.get(p) ?? 0));
  return [...resident].reduce((sum, [p, megabytes]) => sum + (ours(p) ? megabytes : 0), 0);
}

function peakOf(runs: readonly Run[]): Figure {
  const peaks = runs.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
  return peaks.length === 0 ? 'n/a (no /proc)' : Math.round(Math.max(...peaks));
}

/** The words alone of a dialogue, each turn asked about in its order: with the prompt kept between the questions, and without. */
async function sharing(
  folder: string,
  threads: number,
  runs: number,
): Promise<Pick<Awaited<ReturnType<Bench['run']>>, 'figures' | 'ratios'>> {
  const fame = await openFame(join(folder, 'model'), { projector: join(folder, 'g.safetensors'), threads });
  const seconds = { kept: [] as number[], anew: [] as number[], keptFirst: [] as number[], anewFirst: [] as number[] };
  let counts = { positions: 0, reused: 0 };
  for (let i = 0; i < runs; i++) {
    seconds.anewFirst.push(await timed(() => asked(fame, 1, false)));
    seconds.keptFirst.push(await timed(() => asked(fame, 1, true)));
    seconds.anew.push(await timed(() => asked(fame, NEW, false)));
    seconds.kept.push(
      await timed(async () => {
        counts = await asked(fame, NEW, true);
      }),
    );
  }
  await fame.dispose();
  const ratio = (a: readonly number[], b: readonly number[]) => round(median(a) / median(b), 2);
  return {
    figures: { ...counts, secondsKept: round(median(seconds.kept), 2), secondsAnew: round(median(seconds.anew), 2) },
    ratios: { speedOfKeeping: ratio(seconds.anew, seconds.kept), speedOfKeepingToFirstToken: ratio(seconds.anewFirst, seconds.keptFirst) },
  };
}

async function asked(fame: Fame, maxNew: number, keep: boolean): Promise<{ positions: number; reused: number }> {
  const kept = keep ? keptPrompt(fame.language) : undefined;
  const turns = dialogue(QUESTIONS, 20);
  const counts = { positions: 0, reused: 0 };
  for (const target of turns.keys()) {
    const stream = explain(fame, { turns, target, emotion: 'joy' }, { modalities: ['T'], maxNew, kept });
    for (;;) {
      const next = await stream.next();
      if (!next.done) continue;
      counts.positions += next.value.receipt.prompt.tokens;
      counts.reused += next.value.receipt.reused ?? 0;
      break;
    }
  }
  await kept?.end();
  return counts;
}
