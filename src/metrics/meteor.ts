import { availableParallelism } from 'node:os';
import type { PhraseTables } from './meteor-finder.ts';
import { createLexicon, type Resources, type Word } from './meteor-matches.ts';
import { meteorTokens } from './meteor-normalise.ts';
import { packItems, unpackStats } from './meteor-packed.ts';
import { addUp, type MeteorStats, scoreOf } from './meteor-score.ts';
import { bestStats, type Segmented } from './meteor-segment.ts';
import type { AlignShared } from './meteor-worker.ts';
import { type Item, type Metric, sign, type Tokens } from './metric.ts';
import { inThreads, type PoolOptions } from './pool.ts';

/** Items that make a thread worth its start: it has to warm up for as long as some thousand items take. */
const FOR_A_THREAD = 10_000;
/** Items that go to a thread at once. */
const PART = 100;

/** What is known of items beforehand: their statistics, where threads made them. */
type MeteorContext = ReadonlyMap<Item, MeteorStats>;

export interface MeteorOptions extends Resources {
  /** Default: one for every 10,000 items, at most the machine's cores; one is this thread, and no other is started. No score depends on it. */
  readonly threads?: number;
}

/**
 * METEOR 1.5 for English (Denkowski & Lavie 2014), as `java -jar meteor-1.5.jar - - -stdio -l en -norm` computes it. Range 0–1.
 * The tokens are joined by spaces and cut again by METEOR's own rules. The corpus score is that of the summed statistics, not the mean.
 * Equal to the jar when `wordnet` is 3.0 and `paraphrases` is its own `paraphrase-en.gz`: test/parity/meteor.test.ts. Without them it is METEOR
 * with fewer modules, and the signature says so.
 */
export function meteor(resources: MeteorOptions = {}): Metric<MeteorContext | undefined, MeteorStats> {
  const { wordnet, paraphrases } = resources;
  const segmented = createSegmenter(resources);
  return {
    name: 'METEOR',
    reads: 'tokens',
    range: { min: 0, max: 1 },
    async prepare(all, o) {
      const threads = resources.threads ?? Math.min(availableParallelism(), Math.floor(all.length / FOR_A_THREAD));
      if (threads < 2) return undefined;
      const items = all.map((item) => segmented(item.hypTokens, item.refTokens));
      const stats = await alignAll(items, paraphrases?.tables, { ...o, threads });
      return new Map(all.map((item, i) => [item, stats[i]!]));
    },
    segment: (item, context) => context?.get(item) ?? bestStats(segmented(item.hypTokens, item.refTokens), paraphrases?.find),
    corpus: (stats) => scoreOf(addUp(stats)),
    comparable:
      wordnet && paraphrases
        ? 'METEOR 1.5 (the Java program, also inside pycocoevalcap) on these very references; not NLTK’s METEOR, which is another formula'
        : `no published METEOR: it ran without its ${[...(wordnet ? [] : ['synonyms']), ...(paraphrases ? [] : ['paraphrase table'])].join(' and ')} and is lower than METEOR 1.5`,
    signature: () =>
      sign('meteor', {
        version: '1.5',
        language: 'en',
        norm: true,
        task: 'rank',
        synonym: wordnet ? `wordnet-${wordnet.version}` : 'none',
        paraphrase: paraphrases ? paraphrases.hash : 'none',
      }),
  };
}

/** Words of items as METEOR compares them; words that are equal are the same object, over all items that one of these was asked for. */
function createSegmenter(resources: Resources): (hyp: Tokens, refs: readonly Tokens[]) => Segmented {
  const lexicon = createLexicon(resources);
  return (hyp, refs) => ({
    // The reference's protocol parts its fields with |||; pycocoevalcap takes them out of the candidate.
    hyp: lexicon(meteorTokens(hyp.join(' ').replaceAll('|||', ''))),
    refs: refs.map((ref) => lexicon(meteorTokens(ref.join(' ')))),
  });
}

/** Aligns in threads. The words go there once; an item is then a few numbers. */
async function alignAll(items: readonly Segmented[], tables: PhraseTables | undefined, o: PoolOptions): Promise<MeteorStats[]> {
  const ids = new Map<Word, number>();
  const idOf = (word: Word) => {
    let id = ids.get(word);
    if (id === undefined) {
      id = ids.size;
      ids.set(word, id);
    }
    return id;
  };
  const jobs = Array.from({ length: Math.ceil(items.length / PART) }, (_, i) => packItems(items.slice(i * PART, (i + 1) * PART), idOf));
  const module = new URL(import.meta.url.endsWith('.ts') ? './meteor-worker.ts' : './meteor-worker.js', import.meta.url);
  const shared: AlignShared = { words: [...ids.keys()], tables };
  const progress = o.progress && ((done: number) => o.progress?.(Math.min(done * PART, items.length), items.length));
  return (await inThreads<Int32Array, Int32Array>(module, shared, jobs, { ...o, progress })).flatMap(unpackStats);
}
