/** The parts of films that may be seen: from the beginning to the end of an utterance. What comes later is not in the file that is sent. */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { putInPlace, temporaryFor } from '../base/atomic.ts';
import { FameError } from '../base/errors.ts';
import { type Clip, decodeSound, fileClip, mergeClips, secondsOf, shownAs, wavOf } from '../media/index.ts';
import type { Sendable } from './send.ts';
import type { Shelf } from './shelf.ts';
import type { Stored } from './state.ts';

type Received = NonNullable<Stored['received']>;

/** Cut films, made when they are first asked for, and kept. */
export interface Cuts {
  /** The film of a file up to `until` (seconds), compressed anew so that not one later picture is in it. Throws as decoding does. */
  cut(file: string, received: Pick<Received, 'sha256' | 'picture'>, until: number): Promise<Sendable>;
  /** The path of such a film: for what is computed from it. */
  path(file: string, received: Pick<Received, 'sha256' | 'picture'>, until: number): Promise<string>;
  /** Takes away all that was made of a file. */
  remove(file: string): Promise<void>;
  /** Stops what is being made. */
  close(): Promise<void>;
}

/** Where a film is only heard: samples a second of what is made of it. */
const RATE = 24_000;

/** Cut films in a folder, which is made where it is absent. One is made at a time: decoding takes all that a core has. */
export async function openCuts(folder: string, shelf: Pick<Shelf, 'film'>): Promise<Cuts> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stop = new AbortController();
  const making = new Map<string, Promise<void>>();
  let turn: Promise<unknown> = Promise.resolve();

  const made = (name: string, make: () => Promise<void>): Promise<void> => {
    const begun =
      making.get(name) ??
      turn.then(async () => {
        if (stop.signal.aborted) throw ending();
        await make();
      });
    making.set(name, begun);
    turn = begun.catch(() => {});
    return begun.finally(() => making.delete(name));
  };
  const path: Cuts['path'] = async (file, { picture }, until) => {
    const name = `${file}-${Math.round(until * 1000)}.${picture ? 'mp4' : 'wav'}`;
    const target = join(folder, name);
    if (await isThere(target)) return target;
    await made(name, async () => {
      if (await isThere(target)) return;
      const { signal } = stop;
      if (!picture) {
        const temporary = temporaryFor(target);
        await writeFile(temporary, await soundUntil(shelf.film(file), until, signal), { flag: 'wx' });
        return putInPlace(temporary, target);
      }
      const clip = await fileClip(shelf.film(file), { signal });
      await mergeClips([endingAt(clip, until)], { target: () => target, signal });
    });
    return target;
  };
  return {
    path,
    async cut(file, received, until) {
      const target = await path(file, received, until);
      const { size } = await stat(target);
      const ms = Math.round(until * 1000);
      return {
        tag: `${received.sha256}-${ms}`,
        name: `${file}-${ms}`,
        container: received.picture ? 'mp4' : 'wav',
        bytes: size,
        read: (from, to) => createReadStream(target, { start: from, end: to }),
      };
    },
    async remove(file) {
      for (const name of await readdir(folder)) if (name.startsWith(`${file}-`)) await rm(join(folder, name), { force: true });
    },
    async close() {
      stop.abort();
      await turn;
    },
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const ending = (): FameError => new FameError('SERVER_ENDING', 'The server is ending', { fix: 'ask again when it is back' });

/** The clip without the pictures that are shown from `until` on; sound that no picture goes with is left out by whoever merges. */
function endingAt(clip: Clip, until: number): Clip {
  const shown = shownAs(clip, (showing) => ({
    async *frames() {
      let first = true;
      for await (const frame of showing.frames()) {
        const late = secondsOf(frame.pts, frame.timeBase) >= until;
        if (late && !first) break;
        first = false; // a film of nothing cannot be shown
        const left = Math.max(1, Math.floor(((until - secondsOf(frame.pts, frame.timeBase)) * frame.timeBase.den) / frame.timeBase.num));
        yield { ...frame, duration: Math.min(frame.duration, left) as typeof frame.duration };
      }
      return undefined;
    },
    async *sound() {
      for await (const chunk of showing.sound()) {
        if (chunk.pts / chunk.rate >= until) break;
        yield chunk;
      }
      return undefined;
    },
  }));
  return { ...shown, fingerprint: `${clip.fingerprint} up to ${until} s` };
}

/** A RIFF file of one channel with the sound up to `until`. */
async function soundUntil(path: string, until: number, signal: AbortSignal): Promise<Uint8Array> {
  const all = new Int16Array(Math.floor(until * RATE));
  let end = 0;
  for await (const { samples, pts } of decodeSound(path, { rate: RATE, channels: 1, signal })) {
    if (pts >= all.length) break;
    for (let i = 0; i < samples.length && pts + i < all.length; i++)
      if (pts + i >= 0) all[pts + i] = Math.round(Math.max(-1, Math.min(1, samples[i]!)) * 32767);
    end = Math.min(all.length, pts + samples.length);
  }
  return wavOf(all.subarray(0, end), RATE);
}
