/**
 * What the bare template scores on the clean rows of an ECEM file, ours beside pycocoevalcap's, and how long each takes.
 * `node --import tsx bench/metrics-ecem.ts ecem/dev.json [--meld meld/train_sent_emo.csv,meld/test_sent_emo.csv] [--python python3] [--repeat 14]`
 * Python needs test/fixtures/metrics/requirements.txt and Java; without it only our column is printed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  bleu,
  ciderD,
  contentCider,
  contentF1,
  FLOOR_NAMES,
  floor,
  parseReferences,
  type ReferencedItem,
  rougeL,
  type Score,
  score,
} from '../src/metrics/index.ts';

const REFERENCE_TOOL = `
import json, sys, time
rows = json.load(sys.stdin)
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
t0 = time.perf_counter()
gts = PTBTokenizer().tokenize({r["id"]: [{"caption": x} for x in r["refs"]] for r in rows})
res = PTBTokenizer().tokenize({r["id"]: [{"caption": r["hyp"]}] for r in rows})
t1 = time.perf_counter()
b = Bleu(4).compute_score(gts, res, verbose=0)[0]
r, c = Rouge().compute_score(gts, res)[0], Cider().compute_score(gts, res)[0]
t2 = time.perf_counter()
print(json.dumps({"scores": {**{f"BLEU-{i + 1}": b[i] for i in range(4)}, "ROUGE-L": float(r), "CIDEr-D": float(c)}, "tokenising": t1 - t0, "scoring": t2 - t1}))
`;

/** Rows worth measuring on: ECEM's first release is damaged in places (design: a quarter mojibake, a quarter cut off). */
function clean(items: readonly ReferencedItem[], meld: ReadonlyMap<string, string> | undefined): ReferencedItem[] {
  const odd = /[^\u0020-\u007e\u00e9\u2013\u2014\u2018\u2019\u201c\u201d\u2026]/;
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return items.filter(({ id, refs, about }) => {
    const ref = refs[0]!.trim();
    if (!about || about.emotion === 'neutral' || odd.test(ref) || !/[.!?]["'\u201d\u2019)]?$/.test(ref)) return false;
    const said = meld?.get(id.replace(/\.mp4$/, ''));
    return said === undefined || plain(said) === plain(about.text.replaceAll(/[^\u0020-\u007e]/g, ''));
  });
}

/** Utterances by ECEM's ids: `<dialogue>_<utterance>`, with `t_` before those of the test part. */
function readMeld(files: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of files.split(',')) {
    for (const [row] of readFileSync(file, 'utf8').matchAll(/(?:[^"\n]|"(?:[^"]|"")*")+/g)) {
      const cells = [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1]?.replaceAll('""', '"') ?? m[2])!);
      if (/^\d+$/.test(cells[5] ?? '')) found.set(`${file.includes('test') ? 't_' : ''}${cells[5]}_${cells[6]}`, cells[1]!);
    }
  }
  return found;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { meld: { type: 'string' }, python: { type: 'string', default: 'python3' }, repeat: { type: 'string', default: '1' } },
});
const file = positionals[0];
if (file === undefined) throw new Error('which ECEM file?');
const meld = values.meld === undefined ? undefined : readMeld(values.meld);
const all = parseReferences(readFileSync(file, 'utf8'), file).map((reference) => ({ ...reference, hyp: '' }));
const kept = clean(all, meld);
console.log(`${kept.length} clean of ${all.length} rows`);
for (const name of FLOOR_NAMES) {
  const once = floor(
    name,
    kept.map((item) => ({ ...item, about: item.about! })),
  );
  // A larger set for timing; the words differ so that nothing is computed once and remembered.
  const segments = Array.from({ length: Number(values.repeat) }, (_, i) =>
    once.map(({ id, hyp, refs }) => ({
      id: `${id}-${i}`,
      hyp: i === 0 ? hyp : `${hyp} number${i}`,
      refs: i === 0 ? refs : refs.map((r) => `${r} number${i}`),
    })),
  ).flat();
  const began = performance.now();
  const ours = (await score([...([1, 2, 3, 4] as const).map((order) => bleu({ order })), rougeL(), ciderD()], segments)) as Score[];
  const took = (performance.now() - began) / 1000;
  const content = (await score([contentF1(), contentCider()], segments)) as Score[];
  const run = spawnSync(values.python, ['-c', REFERENCE_TOOL], { input: JSON.stringify(segments), encoding: 'utf8', maxBuffer: 1e9 });
  const theirs =
    run.status === 0
      ? (JSON.parse(run.stdout.trim().split('\n').at(-1)!) as { scores: Record<string, number>; tokenising: number; scoring: number })
      : undefined;
  console.log(`\n${name} (${segments.length} pairs)`);
  console.table(
    Object.fromEntries(
      [...ours, ...content].map((row) => {
        const their = theirs?.scores[row.name];
        return [
          row.name,
          { ours: row.score, ...(their === undefined ? {} : { pycocoevalcap: their, difference: Math.abs(their - row.score) }) },
        ];
      }),
    ),
  );
  console.log(
    `ours ${took.toFixed(2)} s with tokenising${theirs ? `; pycocoevalcap ${theirs.tokenising.toFixed(2)} s tokenising + ${theirs.scoring.toFixed(2)} s scoring` : `; no reference tool: ${run.stderr?.trim().split('\n').at(-1) ?? run.error}`}`,
  );
}
