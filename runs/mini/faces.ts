/**
 * Reads the faces of a made world's films once, into the cache that training and prediction share, and gathers how expressions are read there (story-faces.ts).
 * `tsx runs/mini/faces.ts OUT FILMS SEED`, where OUT has world/, made with that seed: so many films of its training part, and no others.
 */
import { join } from 'node:path';
import { EMOTIONS, type Emotion } from '../../src/base/emotion.ts';
import { openFaceNetworks } from '../../src/faces/index.ts';
import { openFilmCache, readDataset } from '../../src/fame/index.ts';
import { storyOf } from '../../src/synth/world.ts';
import { engine, seconds, signal } from './run.ts';
import { gather, saveReadings } from './story-faces.ts';

const [out, films, seed] = process.argv.slice(2);
if (out === undefined || !(Number(films) > 0) || seed === undefined) throw new Error('usage: faces.ts OUT FILMS SEED');

const networks = await openFaceNetworks(engine);
const cache = openFilmCache({ folder: join(out, 'cache'), networks: async () => networks });
const examples = (await readDataset(join(out, 'world'), { part: 'train' })).slice(0, Number(films));
const courses = Object.fromEntries(EMOTIONS.map((name) => [name, []])) as unknown as Record<Emotion, number[][][]>;
const speakers = { right: 0, wrong: 0, unknown: 0 };
for (const [i, { id, film, question }] of examples.entries()) {
  signal.throwIfAborted();
  const report = await cache.faces(film!, question.turns, signal);
  gather({ courses, speakers }, storyOf(Number(seed), Number(id.split('_')[0]) - 1, { split: true }), report);
  if (i % 20 === 19) console.log(`${i + 1} of ${examples.length} films, ${seconds()}, ${cache.counts.found} were there`);
}
await networks.dispose();
await saveReadings(out, { courses, speakers });
console.log(JSON.stringify({ speakers, courses: Object.fromEntries(EMOTIONS.map((name) => [name, courses[name].length])) }));
