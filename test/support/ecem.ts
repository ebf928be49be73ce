/** ECEM's dev part and three systems that know nothing, as test/fixtures/ecem-metrics/make.py makes them: words for words the same candidates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmotionItem, FLOOR_NAMES, floor, parseReferences, type Segment } from '../../src/metrics/index.ts';

/** The rows of `dev.json` or `train.json`, without candidates. */
export function readEcem(folder: string, part: 'dev' | 'train'): EmotionItem[] {
  const file = join(folder, `${part}.json`);
  return parseReferences(readFileSync(file, 'utf8'), file).map((row) => ({ ...row, hyp: '', about: row.about! }));
}

/** The floors, and the explanation of the nearest training utterance, by name. */
export function systems(train: readonly EmotionItem[], dev: readonly EmotionItem[]): Map<string, Segment[]> {
  const copied = nearest(train, dev);
  return new Map([
    ...FLOOR_NAMES.map((name) => [name, floor(name, dev)] as const),
    ['nearest neighbour', dev.map((item, i) => ({ ...item, hyp: copied[i]!.refs[0]! }))],
  ]);
}

/** For each item the training item whose utterance is nearest: cosine of TF-IDF; of equal ones the first. */
function nearest(train: readonly EmotionItem[], dev: readonly EmotionItem[]): EmotionItem[] {
  const counts = train.map(({ about }) => counted(about.text));
  const frequency = new Map<string, number>();
  for (const words of counts) for (const word of words.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const idf = (word: string) => Math.log(train.length / Math.max(1, frequency.get(word) ?? 0));
  const places = new Map<string, { at: number; value: number }[]>();
  const norms = counts.map((words, at) => {
    let square = 0;
    for (const [word, n] of words) {
      const value = n * idf(word);
      square += value ** 2;
      places.set(word, [...(places.get(word) ?? []), { at, value }]);
    }
    return Math.sqrt(square);
  });
  return dev.map(({ about }) => {
    const sums = new Float64Array(train.length);
    for (const [word, n] of counted(about.text)) for (const { at, value } of places.get(word) ?? []) sums[at]! += n * idf(word) * value;
    let [best, found] = [0, 0];
    for (const [at, norm] of norms.entries()) {
      const cosine = norm > 0 ? sums[at]! / norm : 0;
      if (cosine > best + 1e-9) [best, found] = [cosine, at]; // so that rounding decides nothing
    }
    return train[found]!;
  });
}

function counted(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[a-z0-9']+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
