/** The table and the chart of what runs/ablation.sh has gathered. Run: npx tsx runs/ablation/table.ts LEARNT ASKED ANSWERS OUT SEED… */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../../src/base/atomic.ts';
import { FameError } from '../../src/base/errors.ts';
import { type AskedCause, ablation, type TrueCause } from '../../src/fame/ablation.ts';
import { readAnswers } from '../../src/fame/ablation-answers.ts';
import { ablationTable } from '../../src/fame/ablation-table.ts';
import { TABLE_FORMATS, tableChart } from '../../src/metrics/index.ts';
import type { Truth } from '../../src/synth/export.ts';
import { causeOf, judge } from '../../src/synth/judge.ts';
import { readTruths } from '../../src/synth/judge-truths.ts';

/** What the numbers cannot say of themselves. */
const NOTES = [
  'words also tell what a face was made at, and an emotion goes with four faces: with T and without E, guessing is right once in four.',
  'without V, g has no part in a prompt: T, E and T+E of all seeds are the answers of one and the same network.',
];

const [learntFrom, askedIn, answers, out, ...seeds] = process.argv.slice(2);
if (learntFrom === undefined || askedIn === undefined || answers === undefined || out === undefined || seeds.length === 0) {
  process.stderr.write('Run: npx tsx runs/ablation/table.ts LEARNT ASKED ANSWERS OUT SEED…\n');
  process.exit(2);
}

const learntOf = (truth: Truth): TrueCause => ({ kind: truth.kind, emotion: truth.emotion, about: causeOf(truth), cause: truth.cause });
const askedOf = (truth: Truth): AskedCause => ({
  ...learntOf(truth),
  id: truth.video,
  right: (explanation) => judge(explanation, truth).right,
});

try {
  const part = async (world: string, name: string) => (await readTruths(world)).filter(({ split }) => split === name);
  const [learnt, asked] = [await part(learntFrom, 'train'), await part(askedIn, 'test')];
  const found = await ablation(asked.map(askedOf), learnt.map(learntOf), await readAnswers(answers, seeds));
  const table = ablationTable(found, NOTES);
  await mkdir(out, { recursive: true });
  const files: Readonly<Record<string, string>> = {
    'ablation.txt': TABLE_FORMATS.text(table),
    'ablation.md': TABLE_FORMATS.markdown(table),
    'ablation.svg': tableChart(table),
    'ablation.json': `${JSON.stringify(found, null, 1)}\n`,
  };
  for (const [file, text] of Object.entries(files)) await writeTextFile(join(out, file), text);
  process.stdout.write(files['ablation.txt']!);
  process.stderr.write(`Wrote ${Object.keys(files).join(', ')} in ${out}\n`);
} catch (error) {
  if (!(error instanceof FameError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
