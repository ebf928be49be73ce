import { CAPTIONING, type Metric, mean, sign, type Tokens } from './metric.ts';

/** Weight of recall: rouge.py, `beta`. */
const BETA = 1.2;

/**
 * ROUGE-L (Lin 2004) as pycocoevalcap computes it: F of the longest common subsequence with β = 1.2, where the best precision and
 * the best recall may come from different references. Range 0–1; the corpus score is the mean of the items.
 */
export function rougeL(): Metric<void, number> {
  return {
    name: 'ROUGE-L',
    reads: 'tokens',
    range: { min: 0, max: 1 },
    segment(item) {
      let [precision, recall] = [0, 0];
      for (const ref of item.refTokens) {
        const common = commonLength(item.hypTokens, ref);
        precision = Math.max(precision, common / length(item.hypTokens));
        recall = Math.max(recall, common / length(ref));
      }
      return precision === 0 || recall === 0 ? 0 : ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
    },
    corpus: mean,
    comparable: CAPTIONING,
    signature: () => sign('rougeL', { beta: BETA, refs: 'best-precision-and-recall' }),
  };
}

/** The tool splits "" at spaces and gets one token, the empty one: two empty sentences are alike. */
function length(tokens: Tokens): number {
  return Math.max(1, tokens.length);
}

function commonLength(a: Tokens, b: Tokens): number {
  if (a.length === 0 && b.length === 0) return 1;
  const row = new Uint32Array(b.length + 1);
  for (const token of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = token === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
