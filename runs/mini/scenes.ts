/**
 * FAME-mini learns to look: scenes of the made world in words, pictures and faces, each of the three left out by chance. First decoder and g together, with some
 * of ECEM in between so that what was learnt of words is kept (`all`); then g alone, as §4.4 has it (`projector`).
 * `tsx runs/mini/scenes.ts DATA OUT all|projector`, where OUT has average/, sight/, world/, cache/ and train.json of the stages before.
 */
import { join } from 'node:path';
import { random } from '../../src/base/random.ts';
import { readMeld } from '../../src/data/index.ts';
import { heldOutOf, readDataset, train } from '../../src/fame/index.ts';

const [data, out, trainable] = process.argv.slice(2);
if (data === undefined || out === undefined || (trainable !== 'all' && trainable !== 'projector'))
  throw new Error('usage: scenes.ts DATA OUT all|projector');

/** Each scene comes so often among one pass over what is kept of ECEM. */
const OFTEN = 3;
const KEPT = 700;
const STAGES = {
  all: (at: string) => ({ model: join(at, 'average'), fresh: 'linear' as const, epochs: 4, decay: 0.1, out: join(at, 'scenes') }),
  projector: (at: string) => {
    const model = join(at, 'scenes', 'best');
    return { model, projector: join(model, 'projector.safetensors'), epochs: 3, decay: 0, out: join(at, 'g') };
  },
} as const;

const meld = await readMeld(join(data, 'meld'));
// the same dialogues are put aside as `famenet train` puts aside, so that none of them was learnt in the stage before
const words = heldOutOf(await readDataset(join(out, 'train.json'), { meld }), 0.05, 1);
const world = join(out, 'world');
const films = Number(process.env.FAMENET_FILMS ?? 240);
const drawn = (await readDataset(world, { part: 'train' })).slice(0, films);
const kept = random(2).shuffled(words.train).slice(0, KEPT);
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort(new Error('stopped; the state is saved')));
const began = performance.now();
const after = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;
const done = await train({
  ...STAGES[trainable](out),
  ...{ trainable, vision: join(out, 'sight'), cache: join(out, 'cache'), signal: stopped.signal },
  examples: trainable === 'all' ? [...Array.from({ length: OFTEN }, () => drawn).flat(), ...kept] : drawn,
  heldOut: [...words.heldOut.slice(0, 60), ...(await readDataset(world, { part: 'dev' })).slice(0, Math.ceil(films / 10))],
  ...{ modalities: ['V', 'T', 'E'], partial: true, drop: 0.3, frames: 8 },
  ...{ batch: 8, rate: 3e-4, warmup: 0.05, seed: 1, lookEvery: 50, saveEvery: 50 },
  ...(process.env.FAMENET_THREADS ? { threads: Number(process.env.FAMENET_THREADS) } : {}),
  onPrepared: (ready, total) => {
    if (ready % 200 === 0) console.log(`${after()} ${ready} of ${total} examples laid out`);
  },
  log: (event) => {
    if (event.type !== 'step' || event.step % 20 === 0) console.log(`${after()} ${JSON.stringify(event)}`);
  },
});
console.log(JSON.stringify(done));
