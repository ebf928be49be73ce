/**
 * FAME-mini learns to explain as people do, from the cleaned training part of ECEM, with stories of the made world between. `tsx runs/mini/causes.ts DATA OUT
 * EPOCHS STORIES`, where OUT has pairs/ and what that stage needs.
 */
import { join } from 'node:path';
import { readMeld } from '../../src/data/index.ts';
import { heldOutOf, readDataset, train } from '../../src/fame/index.ts';
import { engine, signal, told } from './run.ts';
import { SEEN, storyExamples, storyFilms, talkExamples } from './story-films.ts';

const [data, out, epochs, stories, every = '0'] = process.argv.slice(2);
if (data === undefined || out === undefined || !(Number(epochs) > 0) || !(Number(stories) > 0))
  throw new Error('usage: causes.ts DATA OUT EPOCHS STORIES [TALKS]');

const meld = await readMeld(join(data, 'meld'));
const { train: rows, heldOut } = heldOutOf(await readDataset(join(out, 'train.json'), { meld }), 0.05, 1);
const talks = talkExamples(rows, Number(every));
const model = join(out, 'pairs', 'best');
const done = await train({
  ...{
    model,
    trainable: 'all',
    vision: join(out, 'sight'),
    projector: join(model, 'projector.safetensors'),
    films: await storyFilms(out, talks),
  },
  examples: [...talks, ...storyExamples('train', Number(stories))],
  heldOut,
  ...SEEN,
  ...{ epochs: Number(epochs), batch: 8, rate: 3e-4, decay: 0.1, warmup: 0.05, seed: 1, lookEvery: 100, saveEvery: 100 },
  ...{ out: join(out, 'causes'), signal, ...engine, log: told },
});
console.log(JSON.stringify(done));
