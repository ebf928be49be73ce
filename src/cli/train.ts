import { UsageError } from '../base/errors.ts';
import { readJsonFile } from '../base/file.ts';
import { nearest } from '../base/nearest.ts';
import { readMeld } from '../data/index.ts';
import { hasPart, heldOutOf, readDataset, TRAIN_DEFAULTS, TRAINABLE, train } from '../fame/index.ts';
import { typed } from './args.ts';
import { choice, command, flag, integer, number, path, type Verb } from './command.ts';
import { FAME_ARGS, lookedAt, theModel } from './fame-args.ts';

const bare = command({
  name: 'train',
  about: 'Teach the layer between pictures and words (or a small model as a whole) to explain',
  examples: [
    'famenet train world --model ./llava --out run',
    'famenet train train.json --meld MELD --films films --held-out dev.json --model ./vicuna --vision ./clip --fresh linear --out run',
    'famenet train world --model ./small --modalities T --trainable all --rate 1e-3 --out run --json',
    'famenet train world --config run.json --out run',
  ],
  args: {
    dataset: path({
      positional: true,
      mustExist: true,
      about: 'ECEM, or the folder of a made world or a built set (its train part if it is split)',
    }),
    config: path({
      mustExist: true,
      is: 'file',
      about: 'JSON of these options, like {"rate": 1e-4, "lookEvery": 10}; options given here win',
    }),
    meld: FAME_ARGS.meld,
    films: FAME_ARGS.films,
    heldOut: path({
      mustExist: true,
      about: "another data set that is only looked at; a split set's dev part where absent, else a share",
    }),
    share: number({ min: 0, max: 0.9, default: 0.1, about: 'of the dialogues, this part is put aside and only looked at' }),
    model: FAME_ARGS.model,
    vision: FAME_ARGS.vision,
    projector: path({ mustExist: true, about: "file or folder of the g to begin with, where it is not in the model's" }),
    fresh: choice(['linear', 'mlp2x_gelu'], { about: 'begin with a g that has learnt nothing' }),
    template: FAME_ARGS.template,
    modalities: FAME_ARGS.modalities,
    drop: number({
      min: 0,
      max: 0.9,
      default: TRAIN_DEFAULTS.drop,
      about: 'chance that a modality is left out of an example, never all of them: for a model that can be asked with any',
    }),
    partial: flag({ about: 'ask examples without a film with their words alone, instead of leaving them out' }),
    trainable: choice(TRAINABLE, { default: 'projector', about: 'what moves: g, or g and the whole language model' }),
    frames: FAME_ARGS.frames,
    epochs: number({ min: 0, default: TRAIN_DEFAULTS.epochs, about: 'how often each example is seen' }),
    batch: integer({ min: 1, default: TRAIN_DEFAULTS.batch, about: 'examples in a step; they pass one by one' }),
    rate: number({ min: 0, default: TRAIN_DEFAULTS.rate, about: 'highest learning rate' }),
    warmup: number({
      min: 0,
      max: 1,
      default: TRAIN_DEFAULTS.warmup,
      about: 'share of the steps in which the rate rises; then it falls as a cosine',
    }),
    decay: number({ min: 0, default: TRAIN_DEFAULTS.decay, about: 'weight decay' }),
    clip: number({ min: 0, default: TRAIN_DEFAULTS.clip, about: 'largest gradient norm' }),
    lookEvery: integer({ min: 1, default: TRAIN_DEFAULTS.lookEvery, about: 'steps between two looks at what is held out' }),
    saveEvery: integer({ min: 1, default: TRAIN_DEFAULTS.saveEvery, about: 'steps between two saved states' }),
    patience: integer({ min: 1, about: 'looks without improvement after which it ends; never where absent' }),
    seed: integer({ default: 0, about: 'fixes the order of the examples, what is held out and a fresh g' }),
    cache: path({ about: 'folder for what is seen in films; cache in --out where absent' }),
    out: path({ required: true, about: 'folder of the run; one that was stopped goes on' }),
    provider: FAME_ARGS.provider,
    threads: FAME_ARGS.threads,
  },
  async run({ args, out, signal }) {
    const { dataset, films, share, seed, modalities, config: _, meld: tables, heldOut: aside, threads, template, ...rest } = args;
    const folder = await theModel(rest.model);
    const meld = tables === undefined ? undefined : await readMeld(tables);
    const all = await readDataset(dataset, { meld, films, part: 'train' });
    const apart = aside ?? ((await hasPart(dataset, 'dev')) ? dataset : undefined);
    const { train: examples, heldOut } =
      apart === undefined ? heldOutOf(all, share, seed) : { train: all, heldOut: await readDataset(apart, { meld, films, part: 'dev' }) };
    const looked = await lookedAt({ modalities, frames: rest.frames }, folder, out);
    const started = performance.now();
    let [loss, steps]: [number | undefined, number | undefined] = [undefined, undefined];
    const { vision, projector, ...settings } = rest;
    const done = await train({
      ...settings,
      model: folder,
      ...{ examples, heldOut, seed, signal, modalities: looked.on, frames: looked.frames },
      ...(vision === undefined ? {} : { vision }),
      ...(projector === undefined ? {} : { projector }),
      ...(template === undefined ? {} : { template }),
      ...(threads === undefined ? {} : { threads }),
      onPrepared: (ready, total) => out.progress({ done: ready, total, unit: 'examples', label: 'Looking at examples' }),
      log: (event) => {
        if (event.type === 'left out') out.note(`Left out: ${event.id} (${event.code})`);
        if (event.type === 'began') steps = event.steps;
        if (event.type === 'step') loss = event.loss;
        if (event.type === 'step') out.progress({ done: event.step, total: steps, unit: 'steps', label: 'Training' });
        if (event.type === 'looked')
          out.note(`Step ${event.step}: loss ${shown(loss)}, held out ${shown(event.heldOut)}${event.best ? ', the best so far' : ''}`);
      },
    });
    out.line(`${done.examples} examples, ${done.heldOut} held out, ${done.leftOut} left out; ${done.parameters} numbers move`);
    out.line(`${done.steps} steps${done.early ? ', ended early' : ''}: last loss ${shown(done.loss)} nats a token`);
    if (done.best) out.line(`Best on what is held out: ${shown(done.best.heldOut)} after step ${done.best.step}`);
    out.line(`Wrote ${done.files.best}, ${done.files.last}`);
    out.done({
      ...done,
      modalities: looked.letters,
      ...(looked.why === undefined ? {} : { whyModalities: looked.why }),
      took: Math.round(performance.now() - started) / 1000,
    });
  },
});

const shown = (loss: number | undefined): string => (loss === undefined ? 'unchanged' : loss.toFixed(4));

/** The command, which also takes its options from a file: they go before those that were typed, so what is typed wins. */
export default {
  ...bare,
  start: async (words, around) => bare.start([...(await configured(words)), ...words], around),
} satisfies Verb;

/** The words that a `--config` stands for. Throws USAGE_OPTION for a name that is none, USAGE_VALUE for what is neither text nor number. */
async function configured(words: readonly string[]): Promise<string[]> {
  const place = words.findIndex((word) => /^--config(=|$)/.test(word));
  const file = words[place]?.includes('=') ? words[place].slice('--config='.length) : words[place + 1];
  if (place < 0 || file === undefined) return [];
  const names = Object.entries(bare.args).flatMap(([name, { positional }]) => (positional || name === 'config' ? [] : [name]));
  return Object.entries(await readJsonFile(file)).map(([name, value]) => {
    if (!names.includes(name)) {
      const near = nearest(name, names);
      const fix = near ? `did you mean "${near}"?` : 'see --help; names are written without dashes, like lookEvery';
      throw new UsageError('USAGE_OPTION', `There is no option ${name}`, { at: file, expected: names.join(', '), got: name, fix });
    }
    if (typeof value === 'string' || typeof value === 'number') return `--${typed(name)}=${value}`;
    const detail = { at: file, expected: 'a text or a number', got: String(JSON.stringify(value)), fix: `for example {"${name}": 1}` };
    throw new UsageError('USAGE_VALUE', `"${name}" cannot be this`, detail);
  });
}
