import { type DataSet, FORMAT_NAMES, FORMATS, type FormatName, type Left } from '../data/exchange/index.ts';
import { choice, command, path } from './command.ts';
import { writeFiles } from './dataset-files.ts';
import { SOURCE_ARGS, sourceOf } from './dataset-source.ts';
import type { Out } from './out.ts';
import { checkWritten } from './table.ts';

/** Reasons to leave an entry out are told with so many of its ids. */
const EXAMPLES = 5;

/** `famenet dataset export`. */
export const exportSet = command({
  name: 'export',
  about: 'Write a data set, or what a campaign has published, in a form that others read',
  examples: [
    'famenet dataset export --db annotations.db --format hf --out published',
    'famenet dataset export set.jsonl --format llava --out train.json',
  ],
  args: {
    ...SOURCE_ARGS,
    format: choice(FORMAT_NAMES, {
      required: true,
      about: 'ecem and llava: conversations; jsonl: ours, with everything; csv: a table; hf: a folder',
    }),
    out: path({ required: true, about: 'the file; for hf, and for sets with parts in ecem and llava, a new folder' }),
  },
  async run({ args, out }) {
    checkWritten(
      { '--out': args.out },
      [args.data, args.db].flatMap((name) => name ?? []),
    );
    const set = await sourceOf(args);
    const { left, paths } = await exported(set, args.format, args.out);
    out.line(`${set.name}: ${set.entries.length - left.length} of ${set.entries.length} entries in ${args.format}`);
    tellLeft(left, out);
    out.note(`Wrote ${paths.join(', ')}`);
    out.done({ name: set.name, format: args.format, out: args.out, files: paths, entries: set.entries.length, left });
  },
});

/** Writes the set. Throws as `writeFiles` does. */
export async function exported(set: DataSet, format: FormatName, to: string): Promise<{ left: readonly Left[]; paths: readonly string[] }> {
  const { files, left } = FORMATS[format].write(set);
  return { left, paths: await writeFiles(files, to, FORMATS[format].folder) };
}

/** Says what is not in the files, by reason. */
export function tellLeft(left: readonly Left[], out: Out): void {
  for (const why of new Set(left.map((one) => one.why))) {
    const ids = left.filter((one) => one.why === why).map(({ id }) => id);
    out.line(`Left out (${why}): ${ids.length} (${ids.slice(0, EXAMPLES).join(', ')}${ids.length > EXAMPLES ? ', …' : ''})`);
  }
}
