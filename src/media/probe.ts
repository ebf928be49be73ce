import { converse, type MediaOptions } from './decoder-process.ts';
import { limitsOf } from './limits.ts';
import type { AudioInfo, Found, VideoInfo } from './protocol.ts';
import { openSource } from './source.ts';

/** What a file is, before it is decoded. */
export interface Probe {
  readonly path: string;
  /** By content, as people call it: 'mp4', 'webm', … */
  readonly container: string;
  readonly bytes: number;
  /** Seconds: to the end of the last packet where the whole file was looked through, else as the header says. */
  readonly duration: number;
  /** The first stream of pictures that can be decoded. */
  readonly video?: VideoInfo;
  /** The first stream of sound that can be decoded. */
  readonly audio?: AudioInfo;
  /** What a person should know: cover art left out, no sound, pixels not square, … */
  readonly notes: readonly string[];
}

/**
 * What a video or sound file holds, from its header and its first packets, in a process of its own. Nothing of it is decoded to the end.
 * @throws MediaError MEDIA_FILE, MEDIA_EMPTY, MEDIA_FORMAT, MEDIA_DAMAGED, MEDIA_TRUNCATED, MEDIA_NO_STREAM, MEDIA_LIMIT, MEDIA_OPTION, MEDIA_CRASHED;
 * StoppedError by `signal`.
 */
export async function probe(path: string, options: MediaOptions = {}): Promise<Probe> {
  const limits = limitsOf(options.limits);
  const source = await openSource(path, limits);
  try {
    let found: Found | undefined;
    for await (const message of converse(source, { scan: true }, limits, options)) if (message.is === 'found') found = message.found;
    return { path, container: source.container.name, bytes: source.bytes, ...found! };
  } finally {
    await source.close();
  }
}
