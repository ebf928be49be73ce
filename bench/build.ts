/** `famenet dataset build` on 1,000 short clips, and on fewer of MELD's size, as published (`dist`): seconds of clips that it reads in a second. */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from '../src/base/file.ts';
import { MELD_HEADER } from '../src/data/meld.ts';
import { writeScene } from '../test/support/clip.ts';
import { type Bench, type Figure, round, timed } from './report.ts';
import { cache } from './seven.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Seconds of a clip, and clips of a dialogue: about MELD's means (3.1 and 9.6). */
const [SECONDS, TURNS] = [3, 10];
/** Clips that are drawn; the others are copies under other names, never two of one in a dialogue. */
const DRAWN = 40;
const FPS = 24;
/** The made world's size, and MELD's. */
const SETS = [
  { name: '320 × 240', width: 320, height: 240, clips: 1000 },
  { name: '1280 × 720', width: 1280, height: 720, clips: 100 },
] as const;

export default {
  about: 'building data sets of clips of 3 s, 24 pictures a second',
  async run({ quick, note }) {
    execFileSync('npm', ['run', '-s', 'build'], { cwd: ROOT, stdio: 'inherit' });
    const figures: Record<string, Figure> = {};
    const ratios: Record<string, Figure> = {};
    for (const { name, clips: many, ...size } of SETS) {
      const clips = quick ? 40 : many;
      const meld = await madeMeld(clips, size, note);
      const [out, films] = [cache('build-set'), cache('build-films')];
      for (const folder of [out, films]) await rm(folder, { recursive: true, force: true });
      note(`building ${clips} clips of ${name}`);
      const build = () =>
        execFileSync(process.execPath, ['dist/cli/main.js', 'dataset', 'build', '--meld', meld, '--out', out, '--clips-out', films], {
          cwd: ROOT,
          stdio: ['ignore', 'ignore', 'inherit'],
        });
      const first = await timed(async () => build());
      const again = await timed(async () => build());
      await rm(films, { recursive: true });
      figures[`${name}: seconds for ${clips} clips`] = round(first, 1);
      figures[`${name}: seconds when all is there`] = round(again, 1);
      ratios[`${name}: speed to real time`] = round((clips * SECONDS) / first, 2);
      note(`${name}: ${round(first, 1)} s`);
    }
    return { figures, ratios, versions: {} };
  },
} satisfies Bench;

/** A folder like MELD's, made once. */
async function madeMeld(
  count: number,
  { width, height }: { width: number; height: number },
  note: (line: string) => void,
): Promise<string> {
  const folder = cache(`build-${height}-${count}`);
  const table = join(folder, 'train_sent_emo.csv');
  if (await exists(table)) return folder;
  note(`drawing ${DRAWN} clips for ${folder}`);
  const clips = join(folder, 'train_splits');
  await mkdir(clips, { recursive: true });
  const drawn = (i: number) => cache(`clip-${height}-${i}.mp4`);
  for (let i = 0; i < DRAWN; i++)
    if (!(await exists(drawn(i)))) await writeScene(drawn(i), { seed: i + 1, seconds: SECONDS, width, height, fps: FPS });
  const rows: string[] = [];
  for (let i = 0; i < count; i++) {
    const [dialogue, turn] = [Math.floor(i / TURNS), i % TURNS];
    await copyFile(drawn((i * 7 + dialogue) % DRAWN), join(clips, `dia${dialogue}_utt${turn}.mp4`));
    const [emotion, speaker] = [turn % 2 === 0 ? 'joy' : 'neutral', turn % 2 === 0 ? 'Ross' : 'Monica'];
    rows.push(
      `${i + 1},This is line ${i}.,${speaker},${emotion},neutral,${dialogue},${turn},1,${dialogue + 1},${clock(turn)},${clock(turn + 1)}`,
    );
  }
  await writeFile(table, `${[MELD_HEADER, ...rows].join('\n')}\n`);
  return folder;
}

/** When a turn begins, as MELD writes it. */
const clock = (turn: number): string => `"00:00:${String(10 + turn * SECONDS).padStart(2, '0')},000"`;
