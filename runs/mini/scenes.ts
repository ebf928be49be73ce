/**
 * FAME-mini learns to look: scenes of the made world in words, pictures and faces, each of the three left out by chance. First decoder and g with some of ECEM in
 * between (`scenes`); then with all of it and with explanations made by rule, so that what was learnt of words comes back (`together`); then g alone, as §4.4
 * has it (`g`). `tsx runs/mini/scenes.ts DATA OUT scenes|together|g`, where OUT has average/, sight/, world/, cache/ and train.json of the stages before.
 */
import { join } from 'node:path';
import { random } from '../../src/base/random.ts';
import { readMeld } from '../../src/data/index.ts';
import { heldOutOf, readDataset, train } from '../../src/fame/index.ts';
import { examplesOf, readSources } from './data.ts';
import { engine, seconds, signal, told } from './run.ts';

/** What each stage begins with and learns from: each scene so `often`, so many explanations of people (`kept`) and by rule (`made`). */
const STAGES = {
  scenes: { from: 'average', trainable: 'all', often: 3, kept: 700, made: 0, epochs: 4, rate: 3e-4, decay: 0.1 },
  together: {
    from: 'scenes/best',
    trainable: 'all',
    often: 4,
    kept: Number.POSITIVE_INFINITY,
    made: 2000,
    epochs: 1.5,
    rate: 2.5e-4,
    decay: 0.1,
  },
  g: { from: 'together/best', trainable: 'projector', often: 1, kept: 0, made: 0, epochs: 3, rate: 3e-4, decay: 0 },
} as const;

const [data, out, name] = process.argv.slice(2);
const stage = STAGES[name as keyof typeof STAGES] as (typeof STAGES)[keyof typeof STAGES] | undefined;
if (data === undefined || out === undefined || name === undefined || stage === undefined)
  throw new Error(`usage: scenes.ts DATA OUT ${Object.keys(STAGES).join('|')}`);

const meld = await readMeld(join(data, 'meld'));
// the same dialogues are put aside as `famenet train` puts aside, so that none of them was learnt in the stage before
const words = heldOutOf(await readDataset(join(out, 'train.json'), { meld }), 0.05, 1);
const world = join(out, 'world');
const films = Number(process.env.FAMENET_FILMS ?? 240);
const drawn = (await readDataset(world, { part: 'train' })).slice(0, films);
const kept = random(2).shuffled(words.train).slice(0, stage.kept);
const made = stage.made === 0 ? [] : examplesOf((await readSources(data)).pairs, stage.made, 4);
const model = join(out, stage.from);
const begins = name === 'scenes' ? { fresh: 'linear' as const } : { projector: join(model, 'projector.safetensors') };
const done = await train({
  ...begins,
  ...{
    model,
    trainable: stage.trainable,
    vision: join(out, 'sight'),
    cache: join(out, 'cache'),
    out: join(out, name),
    ...{ signal, ...engine, log: told },
  },
  examples: [...Array.from({ length: stage.often }, () => drawn).flat(), ...kept, ...made],
  heldOut: [...words.heldOut.slice(0, 60), ...(await readDataset(world, { part: 'dev' })).slice(0, Math.ceil(films / 10))],
  ...{ modalities: ['V', 'T', 'E'], partial: true, drop: 0.3, frames: 8 },
  ...{ batch: 8, epochs: stage.epochs, rate: stage.rate, decay: stage.decay, warmup: 0.05, seed: 1, lookEvery: 100, saveEvery: 100 },
  onPrepared: (ready, total) => {
    if (ready % 200 === 0) console.log(`${seconds()} ${ready} of ${total} examples laid out`);
  },
});
console.log(JSON.stringify(done));
