/**
 * §4.4: g learns while image tower and language model stay frozen, that is, are not in the list given to `gradients`; with `all` the language model moves
 * as well, for small models. One file of state makes a run that was stopped end bit-equal to one that was not.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../base/errors.ts';
import { exists } from '../base/file.ts';
import { type FaceNetworks, openFaceNetworks } from '../faces/index.ts';
import { cosine, type EngineOptions, type Tensor, type Trainer, trainer, type Value } from '../graph/index.ts';
import { clipConfig, LLAMA_RENAMES, type LlamaConfig, readConfig } from '../models/index.ts';
import { loadState, openWeights, saveState } from '../weights/index.ts';
import { type FilmCache, openFilmCache, towerHash } from './cache.ts';
import type { Example } from './dataset.ts';
import { visionOf } from './explain.ts';
import { type Fame, type FameOptions, languageConfig, openFame } from './fame.ts';
import { FRAMES } from './frames.ts';
import { freshProjector, type Projector, type ProjectorForm, projectorHash, trained } from './projector.ts';
import { MODALITIES, type Modality } from './prompt.ts';
import { batchOf, type Form, formOf, type Lesson, lessonsHash, lessonsOf } from './train-lessons.ts';
import { lessonFeeds, lessonLoss } from './train-loss.ts';
import { keepModel } from './train-model.ts';
import { checkRun } from './train-run.ts';

/** What moves: g, or g and every weight of the language model. The image tower never does. */
export const TRAINABLE = ['projector', 'all'] as const;
export type Trainable = (typeof TRAINABLE)[number];

/** Video-ChatGPT's recipe for the same layer (docs/deviations.md, §5.1). */
export const TRAIN_DEFAULTS = {
  ...{ epochs: 3, batch: 32, rate: 2e-5, warmup: 0.03, decay: 0, clip: 1, drop: 0 },
  ...{ lookEvery: 50, saveEvery: 50 },
} as const;

export interface TrainOptions extends EngineOptions, Pick<FameOptions, 'vision' | 'template' | 'padFrames' | 'projector'> {
  /** Folder of the language model, as for `openFame`. */
  readonly model: string;
  /** Begin with a g that has learnt nothing instead of one that is read. */
  readonly fresh?: ProjectorForm | undefined;
  readonly examples: readonly Example[];
  /** Examples that are only looked at; without any there is no best and no early stop. */
  readonly heldOut?: readonly Example[];
  readonly modalities?: readonly Modality[];
  /** Chance, 0 to below 1, with which each modality is left out of a lesson, never all of them: for a network that can be asked with any combination. */
  readonly drop?: number;
  /** Ask examples without a film with their words alone, instead of leaving them out. */
  readonly partial?: boolean | undefined;
  readonly trainable?: Trainable;
  /** Frames of a film that are looked at. Default `FRAMES`. */
  readonly frames?: number;
  readonly epochs?: number;
  /** Examples in a step. They pass one by one and count alike, however long their answers are. */
  readonly batch?: number;
  /** Highest learning rate, after a warm-up of this share of the steps; a cosine takes it down to nothing. */
  readonly rate?: number;
  readonly warmup?: number;
  readonly decay?: number;
  /** Largest gradient norm. */
  readonly clip?: number;
  readonly seed: number;
  /** Steps between two saved states, and between two looks at what is held out. */
  readonly saveEvery?: number;
  readonly lookEvery?: number;
  /** Looks without improvement after which the run ends; never where absent. */
  readonly patience?: number | undefined;
  /** Where everything goes: state.safetensors and run.jsonl; `best` and `last`, as files of g under LLaVA's names or, with `all`, as model folders. */
  readonly out: string;
  /** Folder for what is seen in films. Default `cache` in `out`. */
  readonly cache?: string | undefined;
  /** Another way to look at films than the cache's, which it is given: for what was never filmed. */
  readonly films?: ((usual: FilmCache) => FilmCache) | undefined;
  /** Default: the networks that npm brings. Used for E; closed by whoever opened them. */
  readonly networks?: FaceNetworks;
  readonly signal?: AbortSignal | undefined;
  readonly log?: ((event: TrainEvent) => void) | undefined;
  /** Called after each example that was laid out and looked at. */
  readonly onPrepared?: ((done: number, total: number) => void) | undefined;
}

/** A line of run.jsonl. */
export type TrainEvent =
  | { readonly type: 'left out'; readonly id: string; readonly code: string }
  | { readonly type: 'began'; readonly at: string; readonly from: number; readonly steps: number; readonly examples: number }
  | { readonly type: 'step'; readonly step: number; readonly loss: number; readonly norm: number; readonly rate: number }
  | { readonly type: 'looked'; readonly step: number; readonly heldOut: number; readonly best: boolean }
  | { readonly type: 'saved'; readonly step: number }
  | { readonly type: 'ended'; readonly at: string; readonly step: number; readonly early: boolean };

/** How a run ended. Losses are nats a token, the mean over examples. */
export interface Trained {
  readonly steps: number;
  readonly early: boolean;
  /** Of the last step. Absent where there was nothing left to do. */
  readonly loss?: number;
  readonly best?: Best;
  readonly parameters: number;
  readonly examples: number;
  readonly heldOut: number;
  readonly leftOut: number;
  /** Entries of the cache that were there, and that had to be made. */
  readonly films: { readonly found: number; readonly made: number };
  /** What was written. */
  readonly files: { readonly best: string; readonly last: string };
}

interface Best {
  readonly step: number;
  readonly heldOut: number;
}

/**
 * Trains, or goes on where `out` has a state.
 * @throws ModelError FAME_TRAINABLE, FAME_NOTHING_LEARNT, FAME_RUN, and codes of `openFame`; GraphError LOSS_NOT_FINITE, GRAD_MISSING (packed weights);
 * WeightError WEIGHT_STATE, WEIGHT_WRITE; the signal's reason, after the state was saved
 */
export async function train(o: TrainOptions): Promise<Trained> {
  const { model, modalities = MODALITIES, trainable = 'projector', seed, out, frames = FRAMES } = o;
  if (trainable === 'projector' && !modalities.includes('V'))
    throw new ModelError('FAME_TRAINABLE', 'Nothing that is trained has a part in these prompts', {
      expected: 'V among the modalities, since g leads from pictures to words',
      got: modalities.join('+'),
      fix: 'add V, or train "all" of a small model',
    });
  const keys = Object.keys(TRAIN_DEFAULTS) as (keyof typeof TRAIN_DEFAULTS)[];
  const recipe = Object.fromEntries(keys.map((key) => [key, o[key] ?? TRAIN_DEFAULTS[key]])) as Record<keyof typeof TRAIN_DEFAULTS, number>;
  const engine = defined({ provider: o.provider, threads: o.threads, spin: o.spin });
  const projector = o.fresh === undefined ? o.projector : await freshFor(o, o.fresh);
  await mkdir(out, { recursive: true });
  const tell = async (event: TrainEvent) => {
    await appendFile(join(out, 'run.jsonl'), `${JSON.stringify(event)}\n`);
    o.log?.(event);
  };
  const { vision, template, padFrames } = o;
  const fame = await openFame(model, { ...engine, later: true, ...defined({ vision, template, padFrames, projector }) });
  let training: Trainer | undefined;
  try {
    const { lessons, heldOut, leftOut, films } = await prepared(o, fame, { modalities, frames, tell });
    const g = modalities.includes('V') ? fame.vision!.projector : undefined;
    const { loss, moving, config } = await lossOf(model, trainable, g);
    const steps = Math.ceil((recipe.epochs * lessons.length) / recipe.batch);
    const { decay, clip } = recipe;
    training = await trainer(loss, moving, { ...engine, decay, clip });
    const run = training;
    const notes = {
      model: [fame.receipt.model, fame.receipt.weights ?? ''].join(' ').trim(),
      ...(g ? { projector: projectorHash(g) } : {}),
      trainable,
      modalities: modalities.join('+'),
      lessons: lessonsHash(lessons),
      heldOut: lessonsHash(heldOut),
      seed: String(seed),
      steps: String(steps),
      recipe: JSON.stringify({
        ...recipe,
        ...(recipe.drop > 0 ? {} : { drop: undefined }),
        saveEvery: undefined,
        patience: o.patience,
        frames,
        padFrames,
      }), // how often it saves changes nothing
    };
    const state = join(out, 'state.safetensors');
    let [best, since]: [Best | undefined, number] = [undefined, 0];
    if (await exists(state)) {
      const saved = (await loadState(state, run)).notes;
      checkRun(saved, notes, state);
      [best, since] = JSON.parse(saved.looks ?? '[null,0]').map((v: unknown) => v ?? undefined) as [Best | undefined, number];
    }
    const save = async () => {
      await saveState(state, run, { ...notes, looks: JSON.stringify([best ?? null, since]) });
      await tell({ type: 'saved', step: run.taken });
    };
    const files = {
      best: join(out, trainable === 'all' ? 'best' : 'best.safetensors'),
      last: join(out, trainable === 'all' ? 'last' : 'last.safetensors'),
    };
    const keep = async (to: string) => keepModel(model, to, { trainable, g, weights: await run.weights() });
    const feedsOf = async ({ stretches, look }: Form) => lessonFeeds(config, stretches, await look?.(), g?.D);
    const rateAt = cosine({ peak: recipe.rate, steps: steps + 1, warmup: Math.ceil(recipe.warmup * steps) }); // so that the last step still moves
    const names = moving.map(({ node }) => node.name as string);
    const tired = () => o.patience !== undefined && since >= o.patience;
    let last: number | undefined;
    await tell({ type: 'began', at: new Date().toISOString(), from: run.taken, steps, examples: lessons.length });
    while (run.taken < steps && !tired()) {
      const chosen = batchOf(run.taken, { count: lessons.length, size: recipe.batch, seed });
      const forms = chosen.map((n, b) => formOf(lessons[n]!, run.taken * recipe.batch + b, { drop: recipe.drop, seed }));
      const batches = await Promise.all(forms.map(feedsOf));
      const rate = rateAt(run.taken + 1);
      const { loss: value, norm } = await run.step(batches, rate);
      last = value;
      const now = run.taken;
      await tell({ type: 'step', step: now, loss: value, norm, rate });
      if (heldOut.length > 0 && (now % recipe.lookEvery === 0 || now === steps)) {
        const found = await look(run, heldOut, { feedsOf, names });
        const better = best === undefined || found < best.heldOut;
        [best, since] = better ? [{ step: now, heldOut: found }, 0] : [best, since + 1];
        if (better) await keep(files.best);
        await tell({ type: 'looked', step: now, heldOut: found, best: better });
      }
      if (now % recipe.saveEvery === 0 || now === steps || tired() || o.signal?.aborted) await save();
      o.signal?.throwIfAborted();
    }
    await keep(files.last);
    if (best === undefined) await keep(files.best);
    const early = run.taken < steps;
    await tell({ type: 'ended', at: new Date().toISOString(), step: run.taken, early });
    return {
      steps: run.taken,
      early,
      ...defined({ loss: last, best }),
      parameters: moving.reduce((n, { shape }) => n + shape.reduce<number>((m, d) => m * (d as number), 1), 0),
      ...{ examples: lessons.length, heldOut: heldOut.length, leftOut, films, files },
    };
  } finally {
    await Promise.all([training?.dispose(), fame.dispose()]);
  }
}

/** Lays out all examples and looks at all films, before anything moves. */
async function prepared(
  o: TrainOptions,
  fame: Fame,
  {
    modalities,
    frames,
    tell,
  }: { readonly modalities: readonly Modality[]; readonly frames: number; readonly tell: (event: TrainEvent) => Promise<void> },
) {
  const { model, examples, heldOut = [], signal } = o;
  const vision = modalities.includes('V') ? visionOf(fame) : undefined;
  let networks: Promise<FaceNetworks> | undefined;
  const opened = () => (networks ??= o.networks ? Promise.resolve(o.networks) : openFaceNetworks(defined({ threads: o.threads })));
  const usual = openFilmCache({
    folder: o.cache ?? join(o.out, 'cache'),
    vision: vision && { tower: vision, hash: await towerHash(o.vision ?? model, vision.tower) },
    networks: opened,
    frames,
  });
  const cache = o.films?.(usual) ?? usual;
  const leftOut: TrainEvent[] = [];
  let done = 0;
  const onExample = ({ id }: Example, error: { readonly code: string } | undefined) => {
    if (error) leftOut.push({ type: 'left out', id, code: error.code });
    o.onPrepared?.(++done, examples.length + heldOut.length);
  };
  try {
    const how = { modalities, partial: o.partial, cache, signal, onExample };
    const lessons = await lessonsOf(examples, fame, { ...how, drop: (o.drop ?? 0) > 0 });
    const held = await lessonsOf(heldOut, fame, how);
    for (const event of leftOut) await tell(event);
    if (lessons.length > 0) return { lessons, heldOut: held, leftOut: leftOut.length, films: { ...cache.counts } };
    throw new ModelError('FAME_NOTHING_LEARNT', 'There is nothing to learn from these examples', {
      expected: 'one that can be used, or more',
      got: `${examples.length}, left out because of ${[...new Set(leftOut.flatMap((e) => (e.type === 'left out' ? [e.code] : [])))].join(', ') || 'nothing'}`,
      fix: 'see run.jsonl; docs/errors.md says what each code means',
    });
  } finally {
    if (!o.networks) await (await networks?.catch(() => undefined))?.dispose();
  }
}

/** The loss, and the weights that move in it. */
async function lossOf(
  model: string,
  trainable: Trainable,
  g: Projector | undefined,
): Promise<{ readonly loss: Tensor; readonly moving: readonly Tensor[]; readonly config: LlamaConfig }> {
  const { json, at } = await readConfig(model);
  const config = languageConfig(json, at);
  const w = await openWeights(model, { rename: LLAMA_RENAMES, as: trainable === 'all' ? 'loaded' : 'mapped' });
  const loss = lessonLoss(w, config, g);
  return { loss, config, moving: [...(g ? trained(g) : []), ...(trainable === 'all' ? w.asked.values() : [])] };
}

/** Mean loss of lessons; nothing moves. It is not interrupted: a state is saved behind a look, so that no look is missed when the run goes on. */
async function look(
  training: Trainer,
  lessons: readonly Lesson[],
  {
    feedsOf,
    names,
  }: {
    readonly feedsOf: (form: Form) => Promise<Record<string, Value>>;
    readonly names: readonly string[];
  },
): Promise<number> {
  const held = Object.fromEntries(names.map((name) => [name, { held: name }]));
  let sum = 0;
  for (const { forms } of lessons) {
    const { loss } = await training.session.run({ ...(await feedsOf(forms[0]!)), ...held }, { fetch: ['loss'] });
    sum += Number(loss!.data[0]);
  }
  return sum / lessons.length;
}

async function freshFor({ model, vision, seed }: TrainOptions, form: ProjectorForm): Promise<Projector> {
  const [language, tower] = [await readConfig(model), await readConfig(vision ?? model)];
  return freshProjector(form, clipConfig(tower.json, tower.at).width, languageConfig(language.json, language.at).width, seed);
}

/** Without what is undefined. */
function defined<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
