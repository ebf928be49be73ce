import type { ComparedScore, SystemComparison } from '../../src/metrics/index.ts';

/** Names that try to break out of every format. */
export const HOSTILE = [
  'plain',
  '[3em] & 50% of $x_1^2$ {\\input{x}} # ~',
  '| cell | <script>alert(1)</script> **bold** `code` &amp;',
  '=HYPERLINK("http://x","y"),\r\n"new line"',
  '\u001b[31mred\u001b[0m \u202egnirts\u202c \u0000 模型 \ud800',
] as const;

const scoreOf = (score: number, best: boolean, group: string): ComparedScore => ({
  score,
  low: score - 0.05,
  high: score + 0.04,
  best,
  group,
});

/** A comparison of these systems and one floor: a metric with negative scores, one that is not there, one with a note. */
export function compared(names: readonly string[] = HOSTILE): SystemComparison {
  const systems = [...names.map((name) => ({ name, floor: false })), { name: 'template alone', floor: true }];
  const scores = systems.map(({ floor }, i) => scoreOf(-0.25 - i / 8, i === 0 && !floor, i === 0 ? 'a' : 'bc'));
  const known = {
    signature: 's|items:7',
    comparable: 'others of its kind',
    test: 'approximate-randomisation:1000|seed:1',
    scores,
    pairs: [],
  };
  return {
    items: 7,
    systems,
    by: 'randomisation',
    metrics: [
      { name: 'BLEURT', ...known, notes: [] },
      { name: 'BERTScore', missing: 'no encoder', fix: '`pull` it' },
      { name: 'BLEU-4', ...known, notes: ['no system is above the floor "template alone"'] },
    ],
  };
}
