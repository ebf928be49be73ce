/** Decoding two minutes of 720p to RGB, as the frames reach the caller, against the ffmpeg command line; and the memory that ten minutes take. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeVideo } from '../src/media/encode.ts';
import type { Ticks } from '../src/media/frame.ts';
import { decode } from '../src/media/index.ts';
import { scene } from '../test/support/scene.ts';
import { ratio } from './peer.ts';
import { type Bench, type Figure, median, round, timed } from './report.ts';

const run = promisify(execFile);
const SIZE = { width: 1280, height: 720 };
const FPS = 30;
const DRAWN = 40; // pictures; they are shown forwards and backwards
const GRAIN = 4; // grey levels: about 1.7 Mbit/s, as much as a television clip has

export default {
  about: 'decoding 720p, frames per second',
  async run({ quick, peers, note }) {
    const folder = await mkdtemp(join(tmpdir(), 'famenet-bench-'));
    try {
      const [clip, long] = [join(folder, 'clip.mp4'), join(folder, 'long.mp4')];
      const frames = quick ? 300 : 3600;
      note(`writing ${frames} pictures`);
      await write(clip, frames, 1);
      const seconds = { ours: [] as number[], ffmpeg: [] as number[] };
      const version = peers ? await ffmpegVersion() : 'n/a (--no-peers)';
      const there = !version.startsWith('n/a');
      for (let round_ = 0; round_ < (quick ? 1 : 3); round_++) {
        note(`round ${round_ + 1}`);
        seconds.ours.push(await timed(() => through(clip)));
        if (there)
          seconds.ffmpeg.push(
            await timed(() => run('ffmpeg', ['-v', 'error', '-i', clip, '-an', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-y', '/dev/null'])),
          );
      }
      note('memory: ten minutes');
      const [minutes, every] = quick ? [1, 6] : [10, 3];
      await write(long, (minutes * 60 * FPS) / every, every);
      const memory = await peaks(() => through(long));
      const ours = frames / median(seconds.ours);
      const theirs: Figure = there ? frames / median(seconds.ffmpeg) : version;
      return {
        figures: {
          frames,
          secondsToFirstFrame: round(await timed(() => first(clip)), 2),
          framesPerSecond: round(ours, 1),
          ffmpegFramesPerSecond: typeof theirs === 'number' ? round(theirs, 1) : theirs,
          memoryMinutes: minutes,
          ...memory,
        },
        ratios: { speedToFfmpeg: ratio(ours, theirs) },
        versions: { ffmpeg: version, 'node-av': await nodeAvVersion() },
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
} satisfies Bench;

/** A video of the drawn scene with grain; each picture stays for `every` thirtieths of a second. */
async function write(path: string, frames: number, every: number): Promise<void> {
  const { picture } = scene(SIZE);
  const pictures = Array.from({ length: DRAWN }, (_, i) => picture(i / FPS, { levels: GRAIN, seed: i }));
  const video = await writeVideo(path, { ...SIZE, sound: { rate: 48_000, channels: 2 } });
  const ticks = 3000 * every;
  for (let i = 0; i < frames; i++) {
    const k = i % (2 * DRAWN - 2);
    const shown = pictures[k < DRAWN ? k : 2 * DRAWN - 2 - k]!;
    await video.frame({ picture: shown, pts: (i * ticks) as Ticks, duration: ticks as Ticks });
    await video.sound(new Float32Array(2 * 1600 * every));
  }
  await video.close();
}

/** What starting the process costs, here with a TypeScript loader that the published package does not need. */
async function first(path: string): Promise<void> {
  for await (const _ of decode(path)) return;
}

async function through(path: string): Promise<void> {
  let bytes = 0;
  for await (const { picture } of decode(path)) bytes += picture.data.length;
  if (bytes === 0) throw new Error('nothing was decoded');
}

/** Highest resident memory of this process and of the one that decodes while `work` runs, looked at every tenth of a second. MB of 10^6 bytes. */
async function peaks(work: () => Promise<void>): Promise<Record<'parentMB' | 'childMB', Figure>> {
  let [parent, child] = [0, 0];
  const looking = setInterval(async () => {
    parent = Math.max(parent, process.memoryUsage.rss());
    child = Math.max(child, await childMemory());
  }, 100);
  await work();
  clearInterval(looking);
  return { parentMB: round(parent / 1e6, 0), childMB: child > 0 ? round(child / 1e6, 0) : 'n/a (only Linux tells)' };
}

/** Resident memory of our largest child process; 0 where the system has no /proc. */
async function childMemory(): Promise<number> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const sizes = ids.map(async (id) => {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== process.pid) return 0;
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  });
  return Math.max(0, ...(await Promise.all(sizes)));
}

async function ffmpegVersion(): Promise<string> {
  try {
    const { stdout } = await run('ffmpeg', ['-version']);
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch {
    return 'n/a (no ffmpeg on this machine)';
  }
}

async function nodeAvVersion(): Promise<string> {
  const json = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return json.dependencies['node-av'];
}
