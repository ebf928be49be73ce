import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { FameError } from '../base/errors.ts';
import { type Examined, examine, filePatch, patchManifest, type Sense } from '../data/doctor/index.ts';
import { MELD_PARTS, type Meld, type MeldPart, readMeld, tableName } from '../data/meld.ts';
import { command, flag, list, path } from './command.ts';
import { countsOf, printDoctor } from './dataset-doctor-print.ts';
import { checkWritten } from './table.ts';

/** Clips that are open at once, each in a decoding process of its own. */
const PARALLEL = Math.max(2, Math.min(8, availableParallelism()));

/** `famenet dataset doctor`. */
export const doctor = command({
  name: 'doctor',
  about: 'Say what is wrong with files of MELD, ECF and ECEM and with folders of clips, and write the repairs down',
  examples: [
    'famenet dataset doctor train.json --meld MELD',
    'famenet dataset doctor MELD train.json dev.json --fix repairs.json',
    'famenet dataset doctor MELD/train_splits --meld MELD --listen --json > findings.json',
  ],
  args: {
    paths: list(path({ mustExist: true }), {
      positional: true,
      about: 'files, or folders with files and clips; what they are says their content',
    }),
    meld: path({
      mustExist: true,
      is: 'folder',
      about: "folder of MELD's tables, to compare rows and clips with; the first of the paths that has some, unless told",
    }),
    fix: path({ about: 'write every sure repair into a manifest that `famenet dataset patch` applies to a copy of the same file' }),
    listen: flag({ about: 'decode the sound of every clip: is there speech, and can it be these words?' }),
    look: flag({ about: 'follow the faces of every clip: does one of them speak? (slow)' }),
  },
  async run({ args, out, signal }) {
    const started = performance.now();
    const parts = Object.keys(MELD_PARTS) as MeldPart[];
    const tables = [args.meld, ...args.paths].flatMap((folder) =>
      folder === undefined ? [] : parts.map((part) => join(folder, tableName(part))),
    );
    checkWritten({ '--fix': args.fix }, [...args.paths, ...tables]);
    const meld = args.meld === undefined ? await firstMeld(args.paths) : await readMeld(args.meld);
    const costly = await sensesOf(args);
    const examined: Examined[] = [];
    try {
      for (const one of args.paths) {
        signal.throwIfAborted();
        const progress = (done: number, total: number) => out.progress({ done, total, unit: 'clips', label: `Clips of ${one}` });
        examined.push(...(await examine(one, { meld, senses: costly.senses, parallel: PARALLEL, signal, progress })));
      }
    } finally {
      await costly.dispose();
    }
    const files = examined.filter(({ changes }) => changes.length > 0);
    if (args.fix !== undefined) {
      const patches = await Promise.all(files.map(async ({ path: file, changes }) => filePatch(file, await readFile(file), changes)));
      await writeTextFile(args.fix, `${JSON.stringify(patchManifest(patches), null, 1)}\n`);
    }
    printDoctor(examined, out);
    if (meld === undefined && examined.some(({ kind }) => kind === 'ecem' || kind === 'clips'))
      out.note("Without --meld nothing was compared with MELD: rows under another film's name, missing and extra clips are not found.");
    if (args.fix !== undefined) out.note(`Wrote ${args.fix}`);
    const findings = examined.flatMap(({ symptoms }) => symptoms);
    out.done({
      counts: countsOf(findings),
      findings,
      files: examined.map(({ path: file, kind, symptoms, changes }) => ({
        file,
        kind,
        findings: symptoms.length,
        repairs: changes.length,
      })),
      fix: args.fix ?? null,
      took: Math.round(performance.now() - started) / 1000,
    });
  },
});

/** What listens and looks, if it was asked for: networks are neither loaded nor opened otherwise. */
async function sensesOf(args: { listen: boolean; look: boolean }): Promise<{ senses: readonly Sense[]; dispose(): Promise<void> }> {
  if (!args.listen && !args.look) return { senses: [], dispose: async () => {} };
  const [{ listen, look }, { openFaceNetworks }] = await Promise.all([import('./dataset-senses.ts'), import('../faces/index.ts')]);
  const networks = args.look ? openFaceNetworks({ provider: 'cpu' }) : undefined;
  networks?.catch(() => {}); // awaited by whoever needs them
  return {
    senses: [...(args.listen ? [listen] : []), ...(networks === undefined ? [] : [look(networks)])],
    dispose: async () => (await networks?.catch(() => undefined))?.dispose(),
  };
}

/** The tables of the first folder that has some which can be read; what is wrong with others is for the examination to say. */
async function firstMeld(paths: readonly string[]): Promise<Meld | undefined> {
  for (const folder of paths) {
    try {
      return await readMeld(folder);
    } catch (error) {
      if (!(error instanceof FameError)) throw error;
    }
  }
  return undefined;
}
