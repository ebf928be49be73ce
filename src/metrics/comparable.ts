import type { TokenizerName } from './item.ts';

/** What may stand beside some numbers, and what may not. */
export interface Comparability {
  /** Names of metrics, or of rows. */
  readonly of: readonly string[];
  readonly with: string;
}

/** Who else cuts sentences as we do. */
const TOKENS: Readonly<Record<TokenizerName, string>> = {
  ptb: 'tok:ptb-like gives the tokens of pycocoevalcap for all but 1 of 9,503 sentences of ECEM; an odd sentence elsewhere may differ',
  whitespace: 'tok:whitespace is what nlg-eval does: where pycocoevalcap is named above, read nlg-eval; case and punctuation count',
};

/**
 * What the numbers of a table can be compared with, for a reader who sees nothing else: a sentence for each kind of metric, from the metrics' own facts,
 * metrics of one kind together.
 */
export function comparability(
  scores: readonly { readonly name: string; readonly signature: string; readonly comparable: string }[],
  { tokenizer, floors }: { tokenizer: TokenizerName; floors: boolean },
): Comparability[] {
  const kinds = new Map<string, string[]>();
  for (const { name, comparable } of scores) kinds.set(comparable, [...(kinds.get(comparable) ?? []), name]);
  const tokens = scores.filter(({ signature }) => signature.includes('|tok:')).length > 0;
  return [
    {
      of: ['every number'],
      with: 'a number with an equal signature, but for bootstrap and seed; set: stands for the ids and references of the test set',
    },
    ...[...kinds].map(([comparable, names]) => ({ of: names, with: comparable })),
    ...(tokens ? [{ of: ['tokens'], with: TOKENS[tokenizer] }] : []),
    {
      of: ['FAME-Net paper'],
      with: 'Wang et al. (2025) print numbers of another split, by implementations and models that they do not name: no number here can be compared with theirs',
    },
    ...(floors ? [{ of: ['floors'], with: 'what knowing nothing of the cause scores: only what is above them is earned' }] : []),
  ];
}

/** What stands over it. */
export const COMPARABLE_TITLE = 'What these numbers can be compared with';

/** `BLEU-1, BLEU-2, BLEU-3` as `BLEU-1 … BLEU-3`: a run of orders is one name. */
export function namesOf(names: readonly string[]): string {
  const orders = names.filter((name) => /^BLEU-\d$/.test(name));
  const short = orders.length > 2 ? [`${orders[0]} … ${orders.at(-1)}`] : orders;
  return [...short, ...names.filter((name) => !orders.includes(name))].join(', ');
}
