/**
 * Reads the faces of a made world's films once, into the cache that training and prediction share: of so many films of the training part, of a tenth as many
 * of the part for development, and of all of the test. `tsx runs/mini/faces.ts WORLD CACHE FILMS`
 */
import { openFaceNetworks } from '../../src/faces/index.ts';
import { openFilmCache, readDataset } from '../../src/fame/index.ts';

const [world, folder, films] = process.argv.slice(2);
if (world === undefined || folder === undefined || !(Number(films) > 0)) throw new Error('usage: faces.ts WORLD CACHE FILMS');
const MOST = { train: Number(films), dev: Math.ceil(Number(films) / 10), test: Number.POSITIVE_INFINITY } as const;

const threads = process.env.FAMENET_THREADS ? { threads: Number(process.env.FAMENET_THREADS) } : {};
const networks = await openFaceNetworks(threads);
const cache = openFilmCache({ folder, networks: async () => networks });
const parts = await Promise.all(
  (['train', 'dev', 'test'] as const).map(async (part) => (await readDataset(world, { part })).slice(0, MOST[part])),
);
const examples = parts.flat();
const began = performance.now();
for (const [i, { film, question }] of examples.entries()) {
  if (film !== undefined) await cache.faces(film, question.turns);
  if (i % 20 === 19)
    console.log(
      `${i + 1} of ${examples.length} films, ${((performance.now() - began) / 1000).toFixed(0)} s, ${cache.counts.found} were there`,
    );
}
await networks.dispose();
