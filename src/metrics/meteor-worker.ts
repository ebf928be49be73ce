/** A thread that aligns: words were looked up before, so it needs neither WordNet nor the words of the paraphrase table. */
import { finder, type PhraseTables } from './meteor-finder.ts';
import type { Word } from './meteor-matches.ts';
import { packStats, unpackItems } from './meteor-packed.ts';
import { bestStats } from './meteor-segment.ts';
import { serve } from './pool.ts';

/** What all items have in common. */
export interface AlignShared {
  /** Each word of the set once; jobs name them by their places. */
  readonly words: readonly Word[];
  readonly tables: PhraseTables | undefined;
}

serve(({ words, tables }: AlignShared) => {
  const find = tables && finder(tables);
  return (job: Int32Array): Int32Array => packStats(unpackItems(job, words).map((item) => bestStats(item, find)));
});
