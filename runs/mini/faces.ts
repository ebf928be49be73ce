/**
 * Reads the faces of a made world's films once, into the cache that training and prediction share: of so many films of the training part, of a tenth as many
 * of the part for development, and of all of the test. `tsx runs/mini/faces.ts WORLD CACHE FILMS`
 */
import { openFaceNetworks } from '../../src/faces/index.ts';
import { openFilmCache, readDataset } from '../../src/fame/index.ts';
import { engine, seconds, signal } from './run.ts';

const [world, folder, films] = process.argv.slice(2);
if (world === undefined || folder === undefined || !(Number(films) > 0)) throw new Error('usage: faces.ts WORLD CACHE FILMS');
const MOST = { train: Number(films), dev: Math.ceil(Number(films) / 10), test: Number.POSITIVE_INFINITY } as const;

const networks = await openFaceNetworks(engine);
const cache = openFilmCache({ folder, networks: async () => networks });
const parts = await Promise.all(
  (['train', 'dev', 'test'] as const).map(async (part) => (await readDataset(world, { part })).slice(0, MOST[part])),
);
const examples = parts.flat();
for (const [i, { film, question }] of examples.entries()) {
  signal.throwIfAborted();
  if (film !== undefined) await cache.faces(film, question.turns, signal);
  if (i % 20 === 19) console.log(`${i + 1} of ${examples.length} films, ${seconds()}, ${cache.counts.found} were there`);
}
await networks.dispose();
