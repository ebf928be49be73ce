import { random } from '../../base/random.ts';
import { alpha } from '../../metrics/index.ts';
import type { Annotation, Entry } from '../exchange/index.ts';
import { sensesOf } from './evidence.ts';

/** Scores pairs of texts, and says by which measure. */
export interface TextScorer {
  readonly signature: string;
  score(pairs: readonly (readonly [string, string])[], signal?: AbortSignal): Promise<readonly number[]>;
}

/** How far people agree who have worked at the same items. */
export interface AgreementStats {
  /** Entries with drafts by two people: what the following is over. */
  readonly pairs: number;
  /** Pairs whose causes are the same text. */
  readonly same: number;
  readonly how: { readonly majority: number; readonly discussion: number };
  /** Whether both cite a modality, one of them, or nobody; and Krippendorff's alpha of that (nominal), undefined where all did the same. */
  readonly senses: readonly {
    readonly sense: string;
    readonly both: number;
    readonly one: number;
    readonly neither: number;
    readonly alpha: number | undefined;
  }[];
  /** Over a, b and neither: who abstained said nothing. `panels` have two such votes at least. */
  readonly votes: { readonly panels: number; readonly unanimous: number; readonly alpha: number | undefined };
  /** What the campaigns' own gates have said, by signature. */
  readonly gates: readonly {
    readonly signature: string;
    readonly measured: number;
    /** Those of which a number came out: what the mean is over. */
    readonly scored: number;
    readonly passed: number;
    readonly mean: number | undefined;
  }[];
  /** BERTScore of the two causes, and of the same causes shuffled: the scale's floor. Undefined without a scorer. */
  readonly texts:
    | {
        readonly signature: string;
        readonly mean: number;
        readonly min: number;
        readonly max: number;
        readonly shuffled: number | undefined;
      }
    | undefined;
}

/** Agreement in the entries that have two drafts; undefined where none has. Which cause goes with which when they are shuffled comes from `seed`. */
export async function agreementOf(
  entries: readonly Entry[],
  { scorer, seed, signal }: { readonly scorer: TextScorer | undefined; readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<AgreementStats | undefined> {
  const found = entries.flatMap(({ annotation }) => (annotation !== undefined && isPair(annotation) ? [annotation] : []));
  if (found.length === 0) return undefined;
  const causes = found.map(({ drafts: [a, b] }) => [a!.cause, b!.cause] as const);
  return {
    pairs: found.length,
    same: causes.filter(([a, b]) => a === b).length,
    how: {
      majority: found.filter(({ how }) => how === 'majority').length,
      discussion: found.filter(({ how }) => how === 'discussion').length,
    },
    senses: ['text', 'sound', 'picture'].map((sense) => citing(sense, found)),
    votes: votesOf(found),
    gates: gatesOf(found),
    texts: scorer && (await scored(causes, scorer, seed, signal)),
  };
}

const isPair = ({ drafts: [a, b] }: Annotation): boolean => a !== undefined && b !== undefined && a.by !== b.by;

function citing(sense: string, found: readonly Annotation[]): AgreementStats['senses'][number] {
  const units = found.map(({ drafts }) => drafts.map(({ evidence }) => Number(sensesOf(evidence).includes(sense))));
  const count = (sum: number) => units.filter(([a, b]) => a! + b! === sum).length;
  return { sense, both: count(2), one: count(1), neither: count(0), alpha: alpha(units, 'nominal') };
}

const CHOICES = ['a', 'b', 'neither'];

function votesOf(found: readonly Annotation[]): AgreementStats['votes'] {
  const panels = found
    .map(({ votes }) => votes.map(({ choice }) => CHOICES.indexOf(choice)).filter((choice) => choice >= 0))
    .filter((votes) => votes.length > 1);
  return { panels: panels.length, unanimous: panels.filter((votes) => new Set(votes).size === 1).length, alpha: alpha(panels, 'nominal') };
}

function gatesOf(found: readonly Annotation[]): AgreementStats['gates'] {
  const measured = found.flatMap((one) => one.measured ?? []);
  return [...new Set(measured.map(({ signature }) => signature))].map((signature) => {
    const own = measured.filter((one) => one.signature === signature);
    const scores = own.flatMap(({ score }) => score ?? []);
    return {
      signature,
      measured: own.length,
      scored: scores.length,
      passed: own.filter(({ passed }) => passed).length,
      mean: meanOf(scores),
    };
  });
}

async function scored(
  causes: readonly (readonly [string, string])[],
  { signature, score }: TextScorer,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<AgreementStats['texts']> {
  // One cycle through all in a mixed order: no cause stays with its own.
  const order = random(seed).shuffled([...causes.keys()]);
  const next = new Map(order.map((at, i) => [at, order[(i + 1) % order.length]!]));
  const shuffled = causes.length < 2 ? [] : causes.map(([a], i) => [a, causes[next.get(i)!]![1]] as const);
  const scores = await score([...causes, ...shuffled], signal);
  const own = scores.slice(0, causes.length);
  return { signature, mean: meanOf(own)!, min: Math.min(...own), max: Math.max(...own), shuffled: meanOf(scores.slice(causes.length)) };
}

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, x) => sum + x, 0) / values.length;
