import { mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { putInPlace, temporaryFor } from '../base/atomic.ts';
import { FameError, MediaError } from '../base/errors.ts';
import { check, quietAv } from './av.ts';
import type { Coded, Track } from './codec.ts';

/** An mp4 file in the making. One call at a time. */
export interface Mp4 {
  /** Adds a packet of the track with this number. Packets of one track come in order; tracks may run apart by 10 s of memory. */
  write(track: number, coded: Coded): Promise<void>;
  /** Finishes the file, flushes it to the disk and gives it its name. */
  close(): Promise<void>;
  /** Drops what was written; whatever `path` was before stays. Nothing happens after `close`. */
  abort(): Promise<void>;
}

/**
 * Opens an mp4 for writing: index at the front, no dates, so that equal packets give equal bytes. The file appears under its name when it is whole.
 * @throws MediaError MEDIA_WRITE.
 */
export async function openMp4(path: string, tracks: readonly Track[]): Promise<Mp4> {
  const av = await quietAv();
  await mkdir(dirname(path), { recursive: true }).catch((cause) => {
    throw unwritable(path, cause);
  });
  const temporary = temporaryFor(path);
  const context = new av.FormatContext();
  const packet = new av.Packet();
  let open = true;
  const release = async () => {
    if (!open) return false;
    open = false;
    await context.closeOutput();
    context.freeContext();
    packet.free();
    return true;
  };
  const abort = async () => {
    if (await release()) await rm(temporary, { force: true });
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      await abort();
      throw cause instanceof FameError ? cause : unwritable(path, cause);
    }
  };
  const streams = await attempt(async () => {
    packet.alloc();
    check(av, context.allocOutputContext2(null, 'mp4', null), 'beginning', path);
    context.setFlags(av.AVFMT_FLAG_BITEXACT);
    const made = tracks.map(({ parameters, timeBase }) => {
      const stream = context.newStream();
      check(av, parameters.copy(stream.codecpar), 'describing a stream', path);
      stream.codecpar.codecTag = 0;
      stream.timeBase = new av.Rational(timeBase.num, timeBase.den);
      return stream;
    });
    context.url = `file:${resolve(temporary)}`; // with its protocol, so that no other one is seen in a strange name
    check(av, await context.openOutput(), 'opening', path);
    check(av, await context.writeHeader(av.Dictionary.fromObject({ movflags: '+faststart' })), 'writing the header', path);
    return made;
  });
  return {
    write: (track, { data, pts, duration, key }) =>
      attempt(async () => {
        packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        packet.pts = BigInt(pts);
        packet.dts = BigInt(pts);
        packet.duration = BigInt(duration);
        packet.streamIndex = track;
        packet.isKeyframe = key;
        packet.rescaleTs(tracks[track]!.timeBase, streams[track]!.timeBase);
        check(av, await context.interleavedWriteFrame(packet), 'writing', path);
      }),
    close: () =>
      attempt(async () => {
        if (!open) return;
        check(av, await context.writeTrailer(), 'writing the index', path);
        await release();
        await putInPlace(temporary, path).catch(async (cause) => {
          await rm(temporary, { force: true });
          throw cause;
        });
      }),
    abort,
  };
}

/** The MediaError for what the file system says while `path` is written. */
export function unwritable(path: string, cause: unknown): MediaError {
  const got = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const fix = 'check that the folder exists, that you may write to it, and that there is space; nothing was changed';
  return new MediaError('MEDIA_WRITE', 'A video cannot be written', { at: path, got, fix }, { cause });
}
