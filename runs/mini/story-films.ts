/** Stories of the made world as examples, and a way for `train` to look at them: R from OUT/stories.safetensors, faces as films of the same world were read. */
import { join } from 'node:path';
import { random } from '../../src/base/random.ts';
import type { Example, FilmCache } from '../../src/fame/index.ts';
import { float32, type Value } from '../../src/graph/index.ts';
import { timelineOf } from '../../src/synth/index.ts';
import { hashed, partOf, type Story, storyOf } from '../../src/synth/world.ts';
import { openSafetensors, readFloat32 } from '../../src/weights/index.ts';
import { facesOf, facesOfTalk, type Readings, readReadings } from './story-faces.ts';

/** Pictures of a film that FAME-mini looks at. */
export const FRAMES = 8;
/** Of so many stories that are learnt from, one more is only looked at. */
export const HELD_OUT = 50;
/** How everything that has films is learnt from: with each modality left out by chance, and what has no film by its words. */
export const SEEN = { modalities: ['V', 'T', 'E'], partial: true, drop: 0.3, frames: FRAMES } as const;
/** What runs/mini/stories.ts writes. */
export const STORIES = 'stories.safetensors';

/** Not that of any world that is asked about; what a part may tell is the same with every seed (`partFor`). */
const SEED = 2;
/** Places of the parts among ten stories, see `partOf`. */
const PLACES = { train: [0, 1, 2, 3, 4, 5, 6, 7], dev: [8] } as const;

/** Story `i` of a part. */
export function storyNumber(part: 'train' | 'dev', i: number): Story {
  const places = PLACES[part];
  const index = 10 * Math.floor(i / places.length) + places[i % places.length]!;
  if (partOf(index) !== part) throw new Error(`story ${index} is not of the part ${part}`);
  return storyOf(SEED, index, { split: true });
}

/** The first `count` stories of a part as examples. Their films are names that `storyFilms` knows. */
export const storyExamples = (part: 'train' | 'dev', count: number): Example[] =>
  Array.from({ length: count }, (_, i) => {
    const story = storyNumber(part, i);
    const turns = timelineOf(story).turns.map(({ by, text, start, end }) => ({ speaker: story[by].name, text, start, end }));
    const film = `story ${part}.${i}`;
    return {
      ...{ id: film, dialogue: film, answer: story.cause, film },
      question: { turns, target: turns.length - 1, emotion: story.emotion },
    };
  });

/** Seconds of a turn of which only the words are known: as long as it takes to say it. */
const lengthOf = (text: string): number => 1.2 + 0.06 * text.length;

/**
 * Conversations of which only words are known, one of `every` with faces (0: none): so that faces do not say that a question is of the made world. Too many of them
 * teach that faces say nothing (docs/log.md, attempt 7). `T` alone is still asked of all of them, as each modality is left out by chance.
 */
export const talkExamples = (examples: readonly Example[], every: number): Example[] =>
  examples.map((example, i) => {
    if (every === 0 || i % every > 0) return example;
    let end = 0;
    const turns = example.question.turns.map((turn) => {
      const start = end;
      end += lengthOf(turn.text);
      return { ...turn, start, end };
    });
    return { ...example, question: { ...example.question, turns }, film: `talk ${example.id}`, modalities: ['T', 'E'] };
  });

/** Looks at stories, and at what is known of `talks`, where the usual cache looks at films. */
export async function storyFilms(out: string, talks: readonly Example[]): Promise<(usual: FilmCache) => FilmCache> {
  const { entries } = await openSafetensors(join(out, STORIES));
  const readings: Readings = await readReadings(out);
  const known = new Map<string, Value>();
  for (const [name, entry] of entries) known.set(`story ${name}`, float32(entry.shape, await readFloat32(entry)));
  const questions = new Map(talks.flatMap(({ film, question }) => (film === undefined ? [] : [[film, question] as const])));
  return (usual) => ({
    counts: usual.counts,
    features: async (film, end, signal) => known.get(film) ?? usual.features(film, end, signal),
    async faces(film, turns, signal) {
      const chance = random(hashed(film));
      const question = questions.get(film);
      if (question !== undefined) return facesOfTalk(question, readings, chance);
      const [, part, i] = /^story (train|dev)\.(\d+)$/.exec(film) ?? [];
      if (part === undefined) return usual.faces(film, turns, signal);
      return facesOf(storyNumber(part as 'train' | 'dev', Number(i)), readings, chance);
    },
  });
}
