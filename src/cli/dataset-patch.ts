import { readFile } from 'node:fs/promises';
import { writeTextFile } from '../base/atomic.ts';
import { readTextFile } from '../base/file.ts';
import { applyPatch, counted, parsePatch } from '../data/doctor/index.ts';
import { command, path } from './command.ts';
import { checkWritten } from './table.ts';

/** `famenet dataset patch`. */
export const patch = command({
  name: 'patch',
  about: 'Repair your own copy of a file with a manifest that the doctor has written',
  example: 'famenet dataset patch repairs.json train.json --out train.fixed.json',
  args: {
    manifest: path({ positional: true, mustExist: true, is: 'file', about: 'what `famenet dataset doctor --fix` wrote' }),
    file: path({
      positional: true,
      mustExist: true,
      is: 'file',
      about: 'the file to repair; recognised by its SHA-256, whatever its name',
    }),
    out: path({ required: true, about: 'the repaired file' }),
  },
  async run({ args, out }) {
    checkWritten({ '--out': args.out }, [args.manifest, args.file]);
    const manifest = parsePatch(await readTextFile(args.manifest, { maxBytes: 256e6 }), args.manifest);
    const { bytes, repairs } = applyPatch(manifest, await readFile(args.file), args.file);
    await writeTextFile(args.out, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    out.line(repairs === 0 ? `${args.file} is repaired already` : `${counted(repairs, 'text')} of ${args.file} repaired`);
    out.note(`Wrote ${args.out}`);
    out.done({ file: args.file, out: args.out, repairs });
  },
});
