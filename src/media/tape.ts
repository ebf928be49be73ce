import type { SoundChunk } from './frame.ts';
import { openSpool } from './spool.ts';

/** What we write: the rate of film sound, which 2 kHz divides. */
export const TAPE = { rate: 48_000, channels: 2 } as const;

/** The sound of one clip, as it was recorded. Sample 0 is the clip's own zero. */
export interface Take {
  readonly place: number;
  /** Samples of one channel; 0 for a clip without sound. */
  readonly length: number;
}

/** Sound on the disk: whole clips are recorded, and parts of them joined to one stream. Counts are samples of one channel, arrays have both in turns. */
export interface Tape {
  /** Samples of the joined stream. */
  readonly length: number;
  record(sound: AsyncIterable<SoundChunk>): Promise<Take>;
  /** Some samples of a take; silence before its beginning and behind its end. */
  listen(take: Take, from: number, count: number): Promise<Float32Array>;
  /** Adds samples of a take to the end of the stream. */
  join(take: Take, from: number, count: number): void;
  /** Some samples of the stream; silence outside. */
  read(from: number, count: number): Promise<Float32Array>;
  close(): Promise<void>;
}

const FRAME = 4 * TAPE.channels; // bytes of one moment

/** Opens a tape in a temporary file beside `path`. Throws MEDIA_WRITE. */
export async function openTape(path: string): Promise<Tape> {
  const spool = await openSpool(path);
  const joined: { readonly take: Take; readonly from: number; readonly at: number; readonly count: number }[] = [];
  let length = 0;

  const listen = async (take: Take, from: number, count: number): Promise<Float32Array> => {
    const out = new Float32Array(count * TAPE.channels);
    const [start, end] = [Math.max(0, from), Math.min(take.length, from + count)];
    if (end > start) {
      const bytes = new Uint8Array(out.buffer, (start - from) * FRAME, (end - start) * FRAME);
      await spool.read(bytes, take.place + start * FRAME);
    }
    return out;
  };
  return {
    get length() {
      return length;
    },
    async record(sound) {
      const place = spool.length;
      let end = 0;
      for await (const { samples, pts } of sound) {
        // What a file has before its own zero is not heard.
        const early = Math.max(0, -pts);
        const heard = samples.subarray(early * TAPE.channels);
        if (heard.length === 0) continue;
        await spool.write(new Uint8Array(heard.buffer, heard.byteOffset, heard.byteLength), place + (pts + early) * FRAME);
        end = Math.max(end, pts + early + heard.length / TAPE.channels);
      }
      return { place, length: end };
    },
    listen,
    join(take, from, count) {
      joined.push({ take, from, at: length, count });
      length += count;
    },
    async read(from, count) {
      const out = new Float32Array(count * TAPE.channels);
      for (const piece of joined) {
        const [start, end] = [Math.max(from, piece.at), Math.min(from + count, piece.at + piece.count)];
        if (end <= start) continue;
        out.set(await listen(piece.take, piece.from + start - piece.at, end - start), (start - from) * TAPE.channels);
      }
      return out;
    },
    close: () => spool.close(),
  };
}
