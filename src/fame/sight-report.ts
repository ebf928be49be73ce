/** How well a tower under heads answers questions about pictures that it has not learnt from. */
import { type CompileOptions, compile, type Value } from '../graph/index.ts';
import { type Glimpse, type GlimpseOptions, glimpseBatch } from './sight-lessons.ts';
import type { SightNet } from './sight-net.ts';

/** What was told rightly of one question, and of those pictures where each answer was the right one. */
export interface Told {
  /** Answers that were right, of so many. */
  readonly right: number;
  readonly of: number;
  /** What always giving the answer that is right most often would have got. */
  readonly floor: number;
  readonly byAnswer: Readonly<Record<string, { readonly right: number; readonly of: number }>>;
}

/** Prepares a look at all these pictures, with the weights that an engine holds while they move: the function that looks. */
export async function examiner(
  { scores }: SightNet,
  glimpses: readonly Glimpse[],
  o: GlimpseOptions & { readonly B: number },
  compiling: CompileOptions,
): Promise<() => Promise<Record<string, Told>>> {
  const session = await compile(scores, compiling);
  const asked = session.model.inputs.map(({ name }) => name).filter((name) => name !== 'V'); // heads that only help to learn are not
  const held = Object.fromEntries(asked.map((name) => [name, { held: name }]));
  return async () => {
    const given: Record<string, number[]> = Object.fromEntries(Object.keys(o.questions).map((question) => [question, []]));
    for (let from = 0; from < glimpses.length; from += o.B) {
      const some = glimpses.slice(from, from + o.B);
      const full = [...some, ...Array<Glimpse>(o.B - some.length).fill(glimpses[0]!)]; // the graph's batches have one size
      const { V } = glimpseBatch(full, o);
      const out = await session.run({ V: V as Value, ...held });
      for (const [question, { data, shape }] of Object.entries(out))
        for (const b of some.keys()) given[question]!.push(best(data as Float32Array, b, shape[1]!));
    }
    return Object.fromEntries(
      Object.entries(o.questions).map(([question, answers]) => [question, toldOf(question, answers, glimpses, given[question]!)]),
    );
  };
}

/** The place of the largest of `count` scores in row b. */
function best(scores: Float32Array, b: number, count: number): number {
  let place = 0;
  for (let k = 1; k < count; k++) if (scores[b * count + k]! > scores[b * count + place]!) place = k;
  return place;
}

function toldOf(question: string, answers: readonly string[], glimpses: readonly Glimpse[], given: readonly number[]): Told {
  const counts = answers.map(() => ({ right: 0, of: 0 }));
  for (const [i, glimpse] of glimpses.entries()) {
    const truth = glimpse.answers[question];
    if (truth === undefined) continue;
    counts[truth]!.of++;
    if (given[i] === truth) counts[truth]!.right++;
  }
  const sum = (key: 'right' | 'of') => counts.reduce((n, count) => n + count[key], 0);
  const asked = answers.flatMap((answer, k) => (counts[k]!.of > 0 ? [[answer, counts[k]!] as const] : []));
  return { right: sum('right'), of: sum('of'), floor: Math.max(...counts.map((count) => count.of)), byAnswer: Object.fromEntries(asked) };
}
