/**
 * §4.4 to the letter: decoder and tower are frozen, g learns, on stories of the made world. `tsx runs/mini/g.ts OUT STORIES [SEED]`, where OUT has average/ and what it
 * came from. Without SEED it goes on from the g that learnt together with the decoder; with it a g begins that knows nothing, for runs/ablation.sh.
 */
import { join } from 'node:path';
import { train } from '../../src/fame/index.ts';
import { engine, signal, told } from './run.ts';
import { HELD_OUT, SEEN, storyExamples, storyFilms } from './story-films.ts';

const [out, stories, seed] = process.argv.slice(2);
if (out === undefined || !(Number(stories) > 0)) throw new Error('usage: g.ts OUT STORIES [SEED]');

const model = join(out, 'average');
const begins =
  seed === undefined
    ? { projector: join(model, 'projector.safetensors'), rate: 3e-4, seed: 1, out: join(out, 'g') }
    : { fresh: 'linear' as const, rate: 2e-3, seed: Number(seed), out: join(out, 'seeds', `seed-${seed}`) };
const done = await train({
  ...begins,
  ...{ model, vision: join(out, 'sight'), films: await storyFilms(out, []) },
  examples: storyExamples('train', Number(stories)),
  heldOut: storyExamples('dev', Math.ceil(Number(stories) / HELD_OUT)),
  ...SEEN,
  ...{ epochs: 1, batch: 8, decay: 0, warmup: 0.05, lookEvery: 50, saveEvery: 50 },
  ...{ signal, ...engine, log: told },
});
console.log(JSON.stringify(done));
