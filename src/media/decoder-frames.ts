import { MediaError } from '../base/errors.ts';
import type { Av } from './av.ts';
import type { Opened, Stream } from './decoder-streams.ts';
import { THREADS } from './limits.ts';
import type { Request } from './protocol.ts';

/** What was wrong on the way; players go on, and so do we. */
export interface Damage {
  /** Packets that could not be read or decoded. */
  packets: number;
  /** A packet was incomplete. */
  cut: boolean;
  /** Packets that were decoded. */
  read: number;
  /** Pictures of which the decoder made up a part. */
  patched: number;
}

/** Errors in a row after which nothing more is expected of a file. */
export const MOST_FAILURES = 1000;

/**
 * Decodes a stream. Reading has to wait for our own thread, so it is asynchronous; decoding is not, because threads of its own work ahead anyway,
 * and to change threads for each packet takes longer than many packets. `see` gets each picture or piece of sound in the order of its time and
 * gives back a frame for the next one, the same or another, or undefined when it has seen enough. Damaged packets are left out, as players do.
 * @returns the damage, and whether the end was reached.
 * @throws MediaError MEDIA_DAMAGED where the decoder cannot even begin; what `see` throws.
 */
export async function eachFrame(
  opened: Opened,
  track: Stream,
  request: Request,
  beat: () => void,
  see: (frame: Av.Frame) => Av.Frame | undefined,
): Promise<{ readonly damage: Damage; readonly ended: boolean }> {
  const { av, format } = opened;
  const damage: Damage = { packets: 0, cut: false, read: 0, patched: 0 };
  const context = await openDecoder(opened, track, request);
  const packets = [new av.Packet(), new av.Packet()] as const; // one is read while the other is decoded
  for (const packet of packets) packet.alloc();
  let coming = Promise.resolve(0);
  let frame = new av.Frame();
  frame.alloc();
  for (const stream of format.streams) if (stream.index !== track.stream.index) stream.discard = av.AVDISCARD_ALL;

  /** Gives all frames that are ready. False: enough. */
  const drain = (): boolean => {
    for (let failures = 0; failures < MOST_FAILURES; ) {
      const code = context.receiveFrameSync(frame);
      if (code === av.AVERROR_EAGAIN || code === av.AVERROR_EOF) return true;
      if (code < 0) {
        damage.packets++;
        failures++;
        continue;
      }
      failures = 0;
      if (frame.decodeErrorFlags !== 0 || frame.hasFlags(av.AV_FRAME_FLAG_CORRUPT)) damage.patched++;
      const next = see(frame);
      if (!next) return false;
      frame = next;
    }
    return true;
  };

  try {
    coming = format.readFrame(packets[0]);
    for (let turn = 0, failures = 0; failures < MOST_FAILURES; turn++) {
      const code = await coming;
      if (code === av.AVERROR_EOF) break;
      const packet = packets[turn % 2]!;
      coming = format.readFrame(packets[(turn + 1) % 2]!);
      if (code < 0) {
        damage.packets++;
        failures++;
        continue;
      }
      failures = 0;
      beat();
      if (packet.streamIndex !== track.stream.index) {
        packet.unref(); // not every demuxer leaves out what is discarded
        continue;
      }
      damage.read++;
      if (packet.flags & av.AV_PKT_FLAG_CORRUPT) damage.cut = true;
      const sent = context.sendPacketSync(packet);
      packet.unref();
      if (sent < 0) damage.packets++;
      if (!drain()) return { damage, ended: false };
    }
    context.sendPacketSync(null);
    return { damage, ended: drain() };
  } finally {
    await coming;
    for (const packet of packets) packet.free();
    frame.free();
    context.freeContext();
  }
}

async function openDecoder({ av }: Opened, { stream, codec }: Stream, { limits }: Request): Promise<Av.CodecContext> {
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(stream.codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = stream.codecpar.codecType === av.AVMEDIA_TYPE_VIDEO ? THREADS : 1;
  const code = await context.open2(codec, av.Dictionary.fromObject({ max_pixels: String(limits.pixels) }));
  if (code >= 0) return context;
  context.freeContext();
  throw new MediaError('MEDIA_DAMAGED', 'The file cannot be read', {
    expected: `a stream that the decoder ${codec.name} can begin with`,
    got: new av.FFmpegError(code).message,
    fix: 'copy or download it again; if it plays elsewhere, convert it with `ffmpeg -i FILE out.mp4`',
  });
}

/** Seconds by which a file may miss what its header promises: rounding, and sound that is longer than the pictures. */
const SLACK = 0.5;

/** In words what is missing of a file, or undefined. `reached`: seconds from the first moment to the last. */
export function shortOf({ input }: Opened, { promised }: Stream, damage: Damage, reached: number): string | undefined {
  const missing = promised !== undefined && promised - reached > SLACK;
  const words = [
    missing && `the file ends after ${reached.toFixed(2)} of ${promised.toFixed(2)} s`,
    !missing && (damage.cut || input.cut) && `the file is cut off after ${reached.toFixed(2)} s`,
    damage.packets > 0 && `damaged packets were left out: ${damage.packets}`,
    damage.patched > 0 && `damaged, but shown: ${damage.patched}`,
  ].filter((word) => word !== false);
  return words.length > 0 ? words.join('; ') : undefined;
}
