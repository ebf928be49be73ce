import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { FameError, UsageError } from '../base/errors.ts';
import { exists } from '../base/file.ts';
import { showSeconds } from '../base/units.ts';
import {
  buildFilms,
  claimFolder,
  GAPS,
  holds,
  LEFT_OUT,
  type Ran,
  readClipsSource,
  readMeldSource,
  type Settings,
  type Source,
  SPLITS,
  splitOf,
  verifyDataset,
  type Written,
  writeFolder,
} from '../data/build/index.ts';
import { counted, SYMPTOMS, type SymptomCode } from '../data/doctor/index.ts';
import { MELD_PARTS, type MeldPart } from '../data/meld.ts';
import { choice, command, flag, integer, list, number, path } from './command.ts';
import type { Out } from './out.ts';

/** `famenet dataset build`. */
export const build = command({
  name: 'build',
  about: 'Build a data set to be annotated: films up to each target, and a folder without any clip to publish',
  examples: [
    'famenet dataset build --meld MELD.Raw --out ecem',
    'famenet dataset build --clips clips --out set --clips-out films --dev 0.1 --test 0.2 --seed 7',
    'famenet dataset build --meld MELD --out words --no-clips --split meld',
    'famenet dataset build --verify --out ecem',
  ],
  args: {
    meld: path({ mustExist: true, is: 'folder', about: "MELD's tables, with its folders of clips beside them" }),
    clips: path({
      mustExist: true,
      is: 'folder',
      about: 'clips named dia1_utt0 or 1_0, with their dialogues (JSONL, JSON, SRT, VTT) beside them',
    }),
    out: path({ required: true, about: 'folder for what can be published: never a clip, never a film' }),
    clipsOut: path({ about: 'folder for the films (default: the name of --out with .films behind it)' }),
    noClips: flag({ about: 'no films: dialogues, targets and manifest only; clips are not looked at' }),
    parts: list(choice(Object.keys(MELD_PARTS) as MeldPart[]), { about: 'parts of MELD, all that are there unless told' }),
    gaps: choice(GAPS, { default: 'after', about: 'where an earlier clip cannot be used: begin the film after it, or drop the target' }),
    quality: integer({ min: 0, max: 51, default: 20, about: 'of the films; 0 is without loss' }),
    split: choice(SPLITS, { default: 'dialogues', about: 'whole dialogues by chance, without leaks; as MELD does; or not at all' }),
    seed: integer({ default: 0, about: 'the same seed splits the same way' }),
    dev: number({ min: 0, max: 1, default: 0.1, about: 'share of the targets for development' }),
    test: number({ min: 0, max: 1, default: 0.1, about: 'share of the targets for the test' }),
    jobs: integer({ min: 1, max: 64, about: 'dialogues that are worked on at once; as many as there are cores, up to 4, unless told' }),
    verify: flag({ about: 'build nothing: compare --out, and the films where they are, with the manifest' }),
  },
  async run({ args, out, signal }) {
    const films = args.clipsOut ?? `${args.out.replace(/[\\/]+$/, '')}.films`;
    if (args.verify) return verify(args.out, films, out);
    const started = performance.now();
    const folder = sourceFolder(args);
    checkFolders(folder, films, args.noClips);
    await claimFolder(args.out, args.noClips ? [folder] : [folder, films]);
    const source = args.meld === undefined ? await readClipsSource(folder) : await readMeldSource(folder, args.parts);
    const { noClips, gaps, quality, split: by, seed, dev, test } = args;
    const settings: Settings = { films: !noClips, gaps, quality, split: { by, seed, dev, test } };
    splitOf(source.dialogues, settings.split); // what cannot be split is refused before the films are made
    const progress = (done: number, total: number) => out.progress({ done, total, unit: 'dialogues', label: 'Building' });
    const ran = noClips
      ? undefined
      : await buildFilms(withClips(source, folder), {
          folder: films,
          gaps,
          quality,
          parallel: args.jobs ?? Math.min(4, availableParallelism()),
          signal,
          progress,
        });
    signal.throwIfAborted();
    const written = await writeFolder(args.out, { source, receipts: ran?.receipts, settings, tool: tool(), parts: args.parts });
    tell(out, written, ran);
    out.note(`Wrote ${args.out}${noClips ? '' : `; the films are in ${films}`}`);
    out.done({
      out: args.out,
      films: noClips ? null : films,
      files: written.files,
      counts: written.counts,
      built: ran?.built ?? 0,
      took: Math.round(performance.now() - started) / 1000,
    });
  },
});

function sourceFolder({ meld, clips }: { meld: string | undefined; clips: string | undefined }): string {
  const [folder, ...more] = [meld, clips].filter((one) => one !== undefined);
  if (folder !== undefined && more.length === 0) return folder;
  throw new UsageError('USAGE_SEVERAL', 'A data set is built from one source', {
    expected: '--meld DIR or --clips DIR',
    got: folder === undefined ? 'none' : 'both',
    fix: 'see famenet dataset build --help',
  });
}

/** Films that lie among the clips would be taken for clips, or take their place. */
function checkFolders(source: string, films: string, noClips: boolean): void {
  if (noClips || !(holds(source, films) || holds(films, source))) return;
  throw new FameError('BUILD_FOLDER', 'Films cannot be built among the clips', {
    at: films,
    expected: 'a folder of their own',
    got: `${source} is the source`,
    fix: 'name another one with --clips-out',
  });
}

/** Refuses to call every single clip missing. Throws BUILD_CLIPS. */
function withClips({ dialogues }: Source, folder: string): Source['dialogues'] {
  if (dialogues.some(({ utterances }) => utterances.some(({ clip }) => clip !== undefined))) return dialogues;
  throw new FameError('BUILD_CLIPS', 'There are no clips', {
    at: folder,
    expected: `clips such as dia0_utt0.mp4, in MELD's release in ${Object.values(MELD_PARTS).join(', ')}`,
    got: 'none that an utterance could be in',
    fix: 'name the folder that holds them, or use --no-clips for what is written',
  });
}

function tool(): string {
  const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name} ${version}`;
}

function tell(out: Out, { counts }: Written, ran: Ran | undefined): void {
  const { dialogues, utterances, targets, sides, leftOut, repairs, films, seconds } = counts as {
    readonly [key: string]: number;
  } & { readonly [key in 'sides' | 'leftOut' | 'repairs']: Readonly<Record<string, number>> };
  const split = Object.entries(sides).map(([side, count]) => `${side} ${count}`);
  out.line(
    `${counted(dialogues!, 'dialogue')}, ${counted(utterances!, 'utterance')}, ${counted(targets!, 'target')}${split.length > 0 ? `: ${split.join(', ')}` : ''}`,
  );
  if (ran !== undefined)
    out.line(`${counted(films!, 'film')}, ${showSeconds(seconds!)} min: ${ran.built} made, ${films! - ran.built} kept`);
  const rows = [
    ...Object.entries(repairs).map(([code, times]) => ({ what: code, is: 'repaired', times, why: SYMPTOMS[code as SymptomCode].about })),
    ...Object.entries(leftOut).map(([code, times]) => ({
      what: code,
      is: 'left out',
      times,
      why: LEFT_OUT[code as keyof typeof LEFT_OUT],
    })),
  ];
  if (rows.length > 0) out.line();
  out.table(rows);
}

/** Says what is not as the manifest says. Throws BUILD_VERIFY where something is not. */
async function verify(folder: string, films: string, out: Out): Promise<void> {
  const found = await verifyDataset(folder, (await exists(films)) ? films : undefined);
  out.line(
    `${counted(found.files, 'file')} of ${folder}${found.films === undefined ? '' : ` and ${counted(found.films, 'film')} of ${films}`} compared`,
  );
  if (found.films === undefined) out.note('No films were compared.');
  out.table(found.faults.map(({ file, got }) => ({ file, got })));
  out.done({ out: folder, films: found.films === undefined ? null : films, ...found });
  if (found.faults.length === 0) return;
  throw new FameError(
    'BUILD_VERIFY',
    `${counted(found.faults.length, 'file')} of the data set ${found.faults.length === 1 ? 'is' : 'are'} not as the manifest says`,
    {
      at: folder,
      expected: 'the bytes whose SHA-256 the manifest has, and nothing else',
      got: found.faults
        .slice(0, 5)
        .map(({ file, got }) => `${file}: ${got}`)
        .join(', '),
      fix: 'take away what is listed and build again: what is whole is kept',
    },
  );
}
