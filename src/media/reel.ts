import { MediaError, StoppedError } from '../base/errors.ts';
import { type Coded, even, type PictureEncoder, pictureEncoder, soundEncoder, type Track } from './codec.ts';
import { pictureOf } from './colour.ts';
import { HUM_RATE, humOf } from './echo.ts';
import { type Frame, OUR_TIME_BASE, rescale, secondsOf, type Ticks } from './frame.ts';
import { dHash, hashText, pixelHash, thumbnail } from './hash.ts';
import { type ClipEntry, type FrameEntry, notesOf } from './ledger.ts';
import { openMp4 } from './mp4.ts';
import { centerCrop, resize } from './picture.ts';
import { BT601, type Colours, type Image, isPlanes } from './planes.ts';
import type { Ending } from './protocol.ts';
import { openSeam, type Seam, type Seen, type Verdict } from './seam.ts';
import type { Showing } from './showing.ts';
import type { Format } from './sound.ts';
import { openSpool } from './spool.ts';
import { openTape, TAPE, type Take } from './tape.ts';

/** A clip to be merged. */
export interface Clip {
  readonly id: string;
  /** Tells its content: the same fingerprint is the same clip. */
  readonly fingerprint: string;
  /** Begins to show it, with its sound in this form. Asked for once. */
  open(sound: Format, signal?: AbortSignal): Showing;
}

/** The clip, with some of what it shows in another way. */
export const shownAs = (clip: Clip, as: (showing: Showing) => Partial<Showing>): Clip => ({
  ...clip,
  open(sound, signal) {
    const showing = clip.open(sound, signal);
    return { ...showing, ...as(showing) };
  },
});

/** The merged stream while it grows: its compressed pictures and its sound lie on the disk, so that any beginning of it can be written without decoding again. */
export interface Reel {
  readonly clips: readonly ClipEntry[];
  readonly frames: readonly FrameEntry[];
  /** Output ticks so far. */
  readonly end: Ticks;
  /** Decodes a clip and adds what was not shown yet. `onFrame` hears how many frames of it were seen. */
  add(clip: Clip, options?: { readonly signal?: AbortSignal | undefined; readonly onFrame?: (frames: number) => void }): Promise<ClipEntry>;
  /** Writes all that was added so far as an mp4 of this size. Throws MEDIA_MERGE_NOTHING, MEDIA_WRITE. */
  write(path: string, signal?: AbortSignal): Promise<{ readonly width: number; readonly height: number }>;
  close(): Promise<void>;
}

/** A decoded frame on its way: its picture is with the encoder, and whether it is kept may not be known yet. */
interface Passing extends Seen {
  readonly source: Ticks;
  /** In our ticks from the clip's first frame. */
  readonly from: Ticks;
  readonly until: Ticks;
  readonly pixels: string;
}

/** Where a compressed picture lies on the disk. */
interface Stored {
  readonly place: number;
  readonly bytes: number;
  readonly pts: Ticks;
  readonly duration: Ticks;
  readonly key: boolean;
}

/** The sample of the sound track at an output tick. */
const sampleAt = (tick: number): number => Math.round((tick / OUR_TIME_BASE.den) * TAPE.rate);
/** Seconds of a clip's beginning whose sound is compared. */
const HEAD = 3;
/** Samples of ours in one of a Hum. */
const HUM_STEP = TAPE.rate / HUM_RATE;

/** Begins an empty reel, with temporary files beside `path`. `reach`: how many seconds a repeat may go back. */
export async function openReel(path: string, { quality, reach }: { readonly quality: number; readonly reach: number }): Promise<Reel> {
  const store = await openSpool(path);
  const tape = await openTape(path).catch(async (cause) => {
    await store.close();
    throw cause;
  });
  const stored: Stored[] = [];
  const clips: ClipEntry[] = [];
  const frames: FrameEntry[] = [];
  let seen: Seen[] = [];
  let end = 0 as Ticks;
  let form: { readonly width: number; readonly height: number; readonly colours: Colours } | undefined; // of the first picture of all
  let track: Track | undefined; // equal for all clips, because the settings are

  /** Keeps a picture for the search; those that no repeat can reach go in batches. */
  const remember = (picture: Seen) => {
    seen.push(picture);
    if (picture.at - seen[0]!.at > 2 * reach) seen = within(seen, picture.at - reach);
  };
  const seamBefore = async (take: Take, first: Frame<Image>): Promise<Seam> => {
    const past = Math.min(tape.length, Math.round(reach * TAPE.rate));
    const sound = humOf(await tape.read(tape.length - past, past), TAPE);
    const start = sampleOf(first);
    const count = Math.max(0, Math.min(take.length - start, HEAD * TAPE.rate));
    // A Hum ends where its sound ends. This one has to begin where its sound begins, too: whole steps.
    const head = humOf(await tape.listen(take, start, count - (count % HUM_STEP)), TAPE);
    const now = secondsOf(end, OUR_TIME_BASE);
    seen = within(seen, now - reach);
    return openSeam({ seen, sound, end: now }, head);
  };

  const add: Reel['add'] = async (clip, { signal, onFrame } = {}) => {
    stopIf(signal);
    const short: string[] = [];
    const showing = clip.open(TAPE, signal);
    const passing: Passing[] = []; // frames and packets that wait for each other, or for the verdict
    const packets: Coded[] = [];
    let first: Frame<Image> | undefined;
    let encoder: PictureEncoder | undefined;
    let coding: Promise<Coded[]> = Promise.resolve([]); // a picture is compressed while the next one is looked at
    let seam: Seam | undefined;
    let verdict: Verdict | undefined;
    let count = 0; // frames
    let gone = 0; // frames that were dropped or stored
    let begin: Ticks | undefined; // the first kept frame, in our ticks from the clip's first frame
    let until = 0 as Ticks;
    const start = end;

    /** Stores what is decided and compressed. There are no B-frames: packets and frames come in one order. */
    const settle = async () => {
      while (verdict && passing.length > 0 && packets.length > 0) {
        const [frame, { data, key }] = [passing.shift()!, packets.shift()!];
        if (gone++ < verdict.dropped) continue;
        begin ??= frame.from;
        const at = (start + frame.from - begin) as Ticks;
        const duration = (frame.until - frame.from) as Ticks;
        stored.push({ place: store.length, bytes: data.length, pts: at, duration, key });
        await store.write(data);
        frames.push([clips.length, frame.source, at, duration, hashText(frame.hash), frame.pixels]);
        remember({ thumb: frame.thumb, hash: frame.hash, at: secondsOf(at, OUR_TIME_BASE) });
      }
    };
    let take: Take;
    try {
      take = await tape.record(listening(showing.sound(), short));
      for await (const frame of listening(showing.frames(), short)) {
        stopIf(signal);
        if (!first) {
          first = frame;
          form ??= formOf(frame.picture);
          seam = await seamBefore(take, frame);
          encoder = await pictureEncoder({ ...form, timeBase: OUR_TIME_BASE, quality });
          track ??= encoder;
        }
        const fitted = await fitInto(frame.picture, form!.width, form!.height);
        const thumb = thumbnail(fitted);
        const from = Math.max(ticksSince(first, frame, 0), until) as Ticks;
        until = Math.max(ticksSince(first, frame, frame.duration), from + 1) as Ticks;
        const now: Passing = {
          source: frame.pts,
          from,
          until,
          thumb,
          hash: dHash(thumb),
          pixels: pixelHash(frame.picture),
          at: secondsOf(from, OUR_TIME_BASE),
        };
        const undecided = verdict === undefined;
        verdict ??= seam!.look(now);
        const opens = undecided && verdict?.is === 'repeat'; // the first frame that stays
        packets.push(...(await coding));
        coding = encoder!.encode(fitted, from, (until - from) as Ticks, opens);
        coding.catch(() => {}); // told when it is waited for
        passing.push(now);
        await settle();
        count++;
        onFrame?.(count);
      }
      verdict ??= seam?.end() ?? { is: 'new', dropped: 0 };
      packets.push(...(await coding), ...((await encoder?.end()) ?? []));
      await settle();
    } finally {
      await showing.close();
      await coding.catch(() => {});
      encoder?.close();
    }
    if (begin !== undefined) {
      end = (start + until - begin) as Ticks;
      tape.join(take, sampleOf(first!) + sampleAt(begin), sampleAt(end) - tape.length);
    }
    const { width, height } = first?.picture ?? { width: 0, height: 0 };
    const entry: ClipEntry = {
      id: clip.id,
      fingerprint: clip.fingerprint,
      width,
      height,
      timeBase: first?.timeBase ?? OUR_TIME_BASE,
      frames: count,
      kept: count - verdict.dropped,
      dropped: verdict.dropped,
      from: start,
      to: end,
      seam: verdict,
      notes: notesOf({ count, verdict, of: { width, height }, size: form, silent: take.length === 0, short: short.length > 0 }),
      ...(short.length > 0 ? { short: short.join('; ') } : {}),
    };
    clips.push(entry);
    return entry;
  };

  const write: Reel['write'] = async (path, signal) => {
    if (!track || !form) {
      throw new MediaError('MEDIA_MERGE_NOTHING', 'There is nothing to merge', {
        at: path,
        expected: 'clips with pictures',
        got: `${clips.length} clips without any`,
        fix: 'check the clips, or leave them out',
      });
    }
    const sound = await soundEncoder(TAPE);
    try {
      const file = await openMp4(path, [track, sound]);
      try {
        let played = 0;
        const play = async (to: number) => {
          for (; played < to; ) {
            const count = Math.min(TAPE.rate, to - played);
            for (const coded of await sound.encode(await tape.read(played, count))) await file.write(1, coded);
            played += count;
          }
        };
        for (const { place, bytes, pts, duration, key } of stored) {
          stopIf(signal);
          const data = new Uint8Array(bytes);
          await store.read(data, place);
          await file.write(0, { data, pts, duration, key });
          if (sampleAt(pts) - played >= TAPE.rate) await play(sampleAt(pts));
        }
        await play(tape.length);
        for (const coded of await sound.end()) await file.write(1, coded);
        await file.close();
      } finally {
        await file.abort(); // nothing, when it has been closed
      }
    } finally {
      sound.close();
    }
    return { width: even(form.width), height: even(form.height) };
  };

  return {
    clips,
    frames,
    get end() {
      return end;
    },
    add,
    write,
    async close() {
      await store.close();
      await tape.close();
    },
  };
}

function stopIf(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new StoppedError();
}

/** A file that holds no pictures gives none, instead of an end to the whole dialogue. */
const WITHOUT_PICTURES = ['MEDIA_NO_VIDEO', 'MEDIA_NO_FRAMES'];

/** What a clip gives. What is missing at its end goes to `short`. */
async function* listening<T>(given: AsyncGenerator<T, Ending | undefined>, short: string[]): AsyncGenerator<T, void> {
  try {
    const ending = yield* given;
    if (ending?.short !== undefined && !short.includes(ending.short)) short.push(ending.short);
  } catch (cause) {
    if (!(cause instanceof MediaError && WITHOUT_PICTURES.includes(cause.code))) throw cause;
  }
}

const within = (seen: readonly Seen[], oldest: number): Seen[] => seen.filter(({ at }) => at >= oldest);

/** Ticks of ours from the beginning of the first frame to `later` ticks behind the beginning of this one. Rounded from the whole, so that nothing adds up. */
function ticksSince(first: Frame<Image>, { pts, timeBase }: Frame<Image>, later: number): Ticks {
  return rescale((pts - first.pts + later) as Ticks, timeBase, OUR_TIME_BASE);
}

/** Size and colours that a video of such pictures has. */
const formOf = (image: Image) => ({ width: image.width, height: image.height, colours: isPlanes(image) ? image.colours : BT601 });

/** The sample on the clip's own clock at which a frame begins. */
const sampleOf = ({ pts, timeBase }: Frame<Image>): number => Math.round(secondsOf(pts, timeBase) * TAPE.rate);

/** The picture in the middle of the given size: scaled until a side fits, black beside it. */
async function fitInto(image: Image, width: number, height: number): Promise<Image> {
  if (image.width === width && image.height === height) return image;
  const picture = await pictureOf(image);
  const scale = Math.min(width / picture.width, height / picture.height);
  const side = (length: number, most: number) => Math.max(1, Math.min(most, Math.round(length * scale)));
  return centerCrop(resize(picture, side(picture.width, width), side(picture.height, height), 'bilinear'), width, height);
}
