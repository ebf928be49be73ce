/** Scores of 10,000 made-up pairs: seconds against pycocoevalcap, given the same tokens, and against METEOR's Java program with its start. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../src/base/random.ts';
import { ptb } from '../src/text/ptb.ts';
import { type PeerReport, peer, python, ratio } from './peer.ts';
import { type Bench, type Figure, round } from './report.ts';

/** Parts of sentences; a pair shares about half of them. */
const PARTS: readonly (readonly string[])[] = [
  ['The reason'],
  'Nadia|Mr. Okafor|her brother|the old baker|she|he|they|Jean-Luc|Dr. Lund|the twins|her aunt|the coach'.split('|'),
  'was|is|became|seemed|felt'.split('|'),
  'happy|glad|sad|unhappy|angry|furious|scared|afraid|surprised|astonished|disgusted|upset'.split('|'),
  ['was that'],
  'Tom|a stranger|the boss|somebody|his neighbour|the doctor|nobody|a friend|the children|their teacher'.split('|'),
  'broke|bought|sold|found|lost|forgot|painted|stole|returned|repaired|hid|saw|wanted|burned|opened|dropped|promised|sent|wrote|ate'.split(
    '|',
  ),
  'a great deal of|the only|her old|an expensive|the beautiful|a huge|the small|their new|his favourite|the wrong'.split('|'),
  'car|house|bread|letters|ring|piano|picture|garden|suitcase|dog|money|coat|kite|keys|soup|boat|present|book|ticket|phone'.split('|'),
  'in the kitchen|at the party|on the train|during the meeting|after the wedding|before breakfast|in front of everybody|at last|by mistake|because of the rain'.split(
    '|',
  ),
  'last night|two times|for the third time|without a word|and did not say sorry|and laughed about it|although it was late|as she had asked|so that nobody would know|and went away'.split(
    '|',
  ),
];

/** Pairs with tokens of ours; the numbers keep sentences apart, so that nothing is computed once for many. */
function madeUp(count: number): { hyp: string; refs: string[] }[] {
  const r = random(7);
  const draw = (parts: readonly string[]) => parts[r.below(parts.length)]!;
  return Array.from({ length: count }, (_, i) => {
    const ref = PARTS.map(draw);
    const hyp = PARTS.map((parts, k) => (r.next() < 0.5 ? ref[k]! : draw(parts)));
    const tokens = (words: readonly string[]) => ptb(`${words.join(' ')} number ${r.below(count)}.`).join(' ');
    return { hyp: tokens(hyp), refs: i % 5 === 0 ? [tokens(ref), tokens(PARTS.map(draw))] : [tokens(ref)] };
  });
}

/** What is measured, and how many turns: the shorter task needs more of them on a busy machine. */
const TASKS = { lexical: 5, meteor: 3 } as const;

/** The best of the turns. */
interface Best {
  seconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
  scores: Readonly<Record<string, number>>;
}

const better = (best: Best | undefined, { figures }: PeerReport): Best => ({
  seconds: Math.min(best?.seconds ?? Number.POSITIVE_INFINITY, figures.seconds),
  cpuSeconds: Math.min(best?.cpuSeconds ?? Number.POSITIVE_INFINITY, figures.cpuSeconds),
  peakMegabytes: Math.max(best?.peakMegabytes ?? 0, figures.peakMegabytes ?? 0),
  scores: figures.scores,
});

export default {
  about: 'BLEU, ROUGE-L, CIDEr and METEOR of 10,000 pairs',
  async run({ quick, peers, note }) {
    const count = quick ? 1000 : 10_000;
    const folder = mkdtempSync(join(tmpdir(), 'famenet-bench-'));
    const file = join(folder, 'pairs.jsonl');
    const figures: Record<string, Figure> = { pairs: count };
    const ratios: Record<string, Figure> = {};
    let versions: Readonly<Record<string, string>> = {};
    try {
      const lines = madeUp(count).map((pair) => `${JSON.stringify(pair)}\n`);
      writeFileSync(file, lines.join(''));
      const installed = peers ? await peer(python(), ['metrics.py']) : 'n/a (--no-peers)';
      const table = process.env.FAMENET_PARAPHRASES ?? (typeof installed === 'string' ? undefined : (installed.figures.table as string));
      for (const [task, turns] of Object.entries(TASKS)) {
        let ours: Best | string | undefined = task === 'meteor' && !table ? 'n/a (no paraphrase table: FAMENET_PARAPHRASES)' : undefined;
        let theirs: Best | string | undefined = typeof installed === 'string' ? installed : undefined;
        for (let turn = 1; turn <= (quick ? 1 : turns); turn++) {
          if (typeof ours !== 'string') {
            note(`${task}, turn ${turn}: famenet`);
            const report = await peer(process.execPath, [
              '--import',
              import.meta.resolve('tsx'),
              RUN,
              task,
              file,
              ...(table ? [table] : []),
            ]);
            ours = typeof report === 'string' ? report : better(ours, report);
          }
          if (typeof theirs !== 'string') {
            note(`${task}, turn ${turn}: pycocoevalcap`);
            const report = await peer(python(), ['metrics.py', file, '--measure', task]);
            if (typeof report !== 'string') versions = report.versions;
            theirs = typeof report === 'string' ? report : better(theirs, report);
          }
        }
        for (const key of ['seconds', 'cpuSeconds'] as const) {
          const [mine, other] = [of(ours, key), of(theirs, key)];
          const name = key === 'seconds' ? 'Seconds' : 'CpuSeconds';
          figures[`${task}${name}`] = mine;
          figures[`${task}Peer${name}`] = other;
          ratios[`${task}${key === 'seconds' ? 'Speed' : 'Cpu'}ToPeer`] = ratio(other, mine);
        }
        figures[`${task}PeakMegabytes`] = of(ours, 'peakMegabytes');
        figures[`${task}LargestDifference`] = difference(ours, theirs);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    return { figures, ratios, versions };
  },
} satisfies Bench;

const RUN = fileURLToPath(new URL('metrics-run.ts', import.meta.url));

const of = (best: Best | string | undefined, key: 'seconds' | 'cpuSeconds' | 'peakMegabytes'): Figure =>
  typeof best === 'object' ? round(best[key], key === 'peakMegabytes' ? 0 : 3) : (best ?? 'n/a');

/** Of the scores; why not, where one side has none. */
function difference(ours: Best | string | undefined, theirs: Best | string | undefined): Figure {
  if (typeof ours !== 'object' || typeof theirs !== 'object') return (typeof ours === 'string' ? ours : (theirs as string)) ?? 'n/a';
  return Math.max(...Object.entries(ours.scores).map(([name, score]) => Math.abs(score - theirs.scores[name]!)));
}
