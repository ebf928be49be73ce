import { align } from './meteor-align.ts';
import { createLexicon, findMatches, MODULES, type Resources } from './meteor-matches.ts';
import { meteorTokens } from './meteor-normalise.ts';
import { addUp, countMatches, type MeteorStats, scoreOf } from './meteor-score.ts';
import { type Metric, sign, type Tokens } from './metric.ts';

/**
 * METEOR 1.5 for English (Denkowski & Lavie 2014), as `java -jar meteor-1.5.jar - - -stdio -l en -norm` computes it. Range 0–1.
 * The tokens are joined by spaces and cut again by METEOR's own rules. The corpus score is that of the summed statistics, not the mean.
 * Equal to the jar when `wordnet` is 3.0 and `paraphrases` is its own `paraphrase-en.gz`: test/parity/meteor.test.ts. Without them it is METEOR
 * with fewer modules, and the signature says so.
 */
export function meteor(resources: Resources = {}): Metric<void, MeteorStats> {
  const segment = meteorSegment(resources);
  const { wordnet, paraphrases } = resources;
  return {
    name: 'METEOR',
    reads: 'tokens',
    range: { min: 0, max: 1 },
    segment: (item) => segment(item.hypTokens, item.refTokens),
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

/** The statistics of a candidate and the reference that gives it the highest score; of equal ones the first. */
export function meteorSegment(resources: Resources): (hyp: Tokens, refs: readonly Tokens[]) => MeteorStats {
  const lexicon = createLexicon(resources);
  return (hypTokens, refs) => {
    // The reference's protocol parts its fields with |||; pycocoevalcap takes them out of the candidate.
    const hyp = lexicon(meteorTokens(hypTokens.join(' ').replaceAll('|||', '')));
    let best: MeteorStats | undefined;
    let highest = -1;
    for (const tokens of refs) {
      const ref = lexicon(meteorTokens(tokens.join(' ')));
      const stats = countMatches(hyp, ref, align(findMatches(hyp, ref, resources.paraphrases), hyp.length));
      const score = scoreOf(stats);
      if (score > highest) [best, highest] = [stats, score];
    }
    return best ?? NOTHING;
  };
}

const NOTHING: MeteorStats = {
  hypLength: 0,
  refLength: 0,
  hypFunction: 0,
  refFunction: 0,
  matched: MODULES.map(() => ({ hypContent: 0, refContent: 0, hypFunction: 0, refFunction: 0 })),
  chunks: 0,
};
