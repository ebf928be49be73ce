import { FORMAT_NAMES, readDataSet } from '../data/exchange/index.ts';
import { choice, command, path, text } from './command.ts';
import { exported, tellLeft } from './dataset-export.ts';
import { checkWritten } from './table.ts';

/** `famenet dataset import`. */
export const importSet = command({
  name: 'import',
  about: 'Read a data set in any form of `dataset export`, and dialogues with emotions, into ours (JSONL)',
  examples: ['famenet dataset import published --out set.jsonl', 'famenet dataset import corrected.csv --format csv --out set.jsonl'],
  args: {
    data: path({ positional: true, mustExist: true, about: 'file or folder' }),
    format: choice(FORMAT_NAMES, { about: 'what it is; its content says so where absent' }),
    name: text({ about: 'of the set; what it says, or the name of its file, where absent' }),
    out: path({ required: true, about: 'the set in our JSONL' }),
  },
  async run({ args, out }) {
    checkWritten({ '--out': args.out }, [args.data]);
    const read = await readDataSet(args.data, args.format);
    const set = args.name === undefined ? read : { ...read, name: args.name };
    const { left, paths } = await exported(set, 'jsonl', args.out);
    const explained = set.entries.filter(({ cause, spans = [] }) => cause !== undefined || spans.length > 0).length;
    out.line(`${set.name}: ${set.entries.length} entries, ${explained} of them explained`);
    tellLeft(left, out);
    out.note(`Wrote ${paths.join(', ')}`);
    out.done({ name: set.name, from: args.data, out: args.out, entries: set.entries.length, explained });
  },
});
