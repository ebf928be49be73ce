import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { type Cleaned, cleanEcem, ecemText, FINDINGS, type FindingCode, readEcem, readMeld } from '../data/index.ts';
import { MELD_PARTS, type MeldPart, tableName } from '../data/meld.ts';
import { command, path } from './command.ts';
import type { Out } from './out.ts';
import { checkWritten } from './table.ts';

/** `famenet dataset clean`. */
export const clean = command({
  name: 'clean',
  about: 'Repair what can be repaired in ECEM, and take out what cannot be used, with a reason for each',
  examples: [
    'famenet dataset clean train.json --meld MELD --out train.clean.json',
    'famenet dataset clean train.json --meld MELD --out train.clean.json --findings train.findings.jsonl --json',
  ],
  args: {
    file: path({ positional: true, mustExist: true, is: 'file', about: "ECEM as its authors publish it: LLaVA's conversation format" }),
    meld: path({ mustExist: true, is: 'folder', about: "folder of MELD's tables; without it no row is compared with MELD" }),
    out: path({ required: true, about: 'the clean rows, in the same format' }),
    findings: path({ about: 'JSONL with every change and every reason to take a row out: place, before, after' }),
  },
  async run({ args, out, signal }) {
    const { file, meld: folder } = args;
    const parts = Object.keys(MELD_PARTS) as MeldPart[];
    const tables =
      folder === undefined ? [] : parts.flatMap((part) => [join(folder, tableName(part)), join(folder, part, tableName(part))]);
    checkWritten({ '--out': args.out, '--findings': args.findings }, [file, ...tables]);
    const started = performance.now();
    const rows = await readEcem(file);
    const meld = folder === undefined ? undefined : await readMeld(folder);
    signal.throwIfAborted();
    const cleaned = cleanEcem(rows, meld, (done) => out.progress({ done, total: rows.length, unit: 'rows', label: 'Cleaning' }));
    signal.throwIfAborted();
    await writeTextFile(args.out, ecemText(cleaned.kept));
    if (args.findings !== undefined)
      await writeTextFile(args.findings, cleaned.findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
    const sums = { rows: rows.length, kept: cleaned.kept.length, dropped: rows.length - cleaned.kept.length, repaired: cleaned.repaired };
    tell(out, sums, cleaned.counts);
    if (folder === undefined) out.note('Without --meld no row was compared with MELD: misaligned rows are still among these.');
    out.note(`Wrote ${[args.out, args.findings].filter((name) => name !== undefined).join(', ')}`);
    out.done({
      file,
      meld: folder ?? null,
      out: args.out,
      findings: args.findings ?? null,
      ...sums,
      counts: cleaned.counts,
      took: Math.round(performance.now() - started) / 1000,
    });
  },
});

function tell(
  out: Out,
  { rows, kept, dropped, repaired }: { rows: number; kept: number; dropped: number; repaired: number },
  counts: Cleaned['counts'],
): void {
  out.line(`${rows} rows: ${kept} kept (${repaired} of them repaired), ${dropped} dropped`);
  const found = (Object.keys(FINDINGS) as FindingCode[]).filter((code) => counts[code] > 0);
  out.table(found.map((code) => ({ finding: code, is: FINDINGS[code].kind, times: counts[code], what: FINDINGS[code].about })));
}
