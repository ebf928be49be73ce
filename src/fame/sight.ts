/**
 * An image tower of CLIP's shape learns to see from nothing, by answering questions about pictures: FAME-mini's eyes. The questions are thrown away, the
 * tower is kept, in a folder as transformers saves a CLIPVisionModel. One file of state makes a run that was stopped end bit-equal to one that was not.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../base/file.ts';
import { cosine, type EngineOptions, type Trainer, trainer } from '../graph/index.ts';
import { clipConfig } from '../models/index.ts';
import { loadState, saveState } from '../weights/index.ts';
import { saveTower, wholePicture } from './sight-folder.ts';
import { checkGlimpses, type Glimpse, lessonBatch, type Questions } from './sight-lessons.ts';
import { HEADS, sightNet, startTower } from './sight-net.ts';
import { examiner, type Told } from './sight-report.ts';
import { checkRun } from './train-run.ts';

export interface SightOptions {
  /** A transformers `config.json` of a CLIP vision model. Its last layer is the one that learns to be read: `vision_feature_layer` −1 of a LLaVA. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly questions: Questions;
  /** How much a question counts, 1 where it is not named: one that few pixels answer needs more. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Pictures to learn from, and others to look at how it goes. */
  readonly lessons: readonly Glimpse[];
  readonly heldOut: readonly Glimpse[];
  readonly steps: number;
  /** Pictures in a batch. */
  readonly B: number;
  /** Highest learning rate, after a warm-up of 5 % of the steps; a cosine takes it down to a hundredth. */
  readonly rate: number;
  readonly decay?: number;
  readonly clip?: number;
  readonly seed: number;
  /** Threads of the engine (another number may end in other last digits), and whether they wait busily: on a busy machine one that does not is fastest. */
  readonly engine?: Pick<EngineOptions, 'threads' | 'spin'>;
  /** Where everything goes: state.safetensors and run.jsonl while it runs, a model folder as transformers saves it when it is done. */
  readonly out: string;
  /** Steps between two saved states, and between two looks at the pictures held out. */
  readonly saveEvery?: number;
  readonly lookEvery?: number;
  readonly signal?: AbortSignal | undefined;
  readonly log?: (event: SightEvent) => void;
}

/** A line of run.jsonl. */
export type SightEvent =
  | { readonly type: 'began'; readonly at: string; readonly from: number; readonly pictures: number; readonly parameters: number }
  | { readonly type: 'step'; readonly step: number; readonly loss: number; readonly norm: number; readonly rate: number }
  /** Shares of the questions about pictures held out that were answered rightly. */
  | { readonly type: 'looked'; readonly step: number; readonly right: Readonly<Record<string, number>> }
  | { readonly type: 'saved'; readonly step: number }
  | { readonly type: 'ended'; readonly at: string; readonly step: number; readonly told: Readonly<Record<string, Told>> };

/**
 * Trains, or goes on where `out` has a state. Returns what the tower can tell of the pictures held out.
 * @throws ModelError FAME_GLIMPSE, FAME_RUN, MODEL_CONFIG, MODEL_TYPE; GraphError LOSS_NOT_FINITE; WeightError WEIGHT_STATE, WEIGHT_WRITE; the
 * signal's reason, after the state was saved
 */
export async function trainSight(o: SightOptions): Promise<Readonly<Record<string, Told>>> {
  const { questions, lessons, B, steps, seed, out, signal, saveEvery = 500, lookEvery = 500 } = o;
  checkGlimpses(lessons, questions, 'lessons');
  checkGlimpses(o.heldOut, questions, 'heldOut');
  const c = { ...clipConfig(o.config), take: -1 };
  const drawing = { questions, settings: wholePicture(c.image), image: c.image, B, seed };
  const w = startTower(c, seed);
  const net = sightNet(w, c, questions, B, o.weights);
  const moving = [...w.asked.values()];
  const training = await trainer(net.loss, moving, { decay: o.decay ?? 0.05, clip: o.clip ?? 1, ...o.engine });
  try {
    const exam = await examiner(net, o.heldOut, drawing, { ...o.engine, engine: training.engine, moving });
    await mkdir(out, { recursive: true });
    const file = join(out, 'state.safetensors');
    const notes = notesOf(o);
    if (await exists(file)) checkRun((await loadState(file, training)).notes, notes, file);
    const tell = async (event: SightEvent) => {
      await appendFile(join(out, 'run.jsonl'), `${JSON.stringify(event)}\n`);
      o.log?.(event);
    };
    const save = async () => {
      await saveState(file, training, notes);
      await tell({ type: 'saved', step: training.taken });
    };
    const rateAt = cosine({ peak: o.rate, steps, warmup: Math.ceil(0.05 * steps), floor: 0.01 });
    await tell({
      ...{ type: 'began', at: new Date().toISOString(), from: training.taken, pictures: lessons.length },
      parameters: await sizeOf(training),
    });
    while (training.taken < steps) {
      const step = training.taken;
      const { loss, norm } = await training.step(lessonBatch(lessons, drawing, step), rateAt(step + 1));
      await tell({ type: 'step', step, loss, norm, rate: rateAt(step + 1) });
      const now = training.taken;
      if (now % lookEvery === 0 && now < steps) await tell({ type: 'looked', step: now, right: sharesOf(await exam()) });
      if (now % saveEvery === 0 || now === steps || signal?.aborted) await save();
      signal?.throwIfAborted();
    }
    const told = await exam();
    await saveTower(out, o.config, c, await training.weights());
    await tell({ type: 'ended', at: new Date().toISOString(), step: training.taken, told });
    return told;
  } finally {
    await training.dispose();
  }
}

/** What has to be the same for a run to go on. The pictures themselves are the caller's word; their number and the questions are not. */
const notesOf = ({ config, questions, weights = {}, lessons, steps, B, rate, seed }: SightOptions): Record<string, string> => ({
  ...{ seed: String(seed), config: JSON.stringify(config), questions: JSON.stringify(questions), weights: JSON.stringify(weights) },
  ...{ lessons: String(lessons.length), batch: String(B), steps: String(steps), rate: String(rate) },
});

const sharesOf = (told: Readonly<Record<string, Told>>): Record<string, number> =>
  Object.fromEntries(Object.entries(told).map(([question, { right, of }]) => [question, Number((right / of).toFixed(4))]));

/** Parameters of the tower alone. */
async function sizeOf(training: Trainer): Promise<number> {
  const weights = Object.entries(await training.weights()).filter(([name]) => !name.startsWith(HEADS));
  return weights.reduce((n, [, { data }]) => n + data.length, 0);
}
