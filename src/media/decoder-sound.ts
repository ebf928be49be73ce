import { MediaError } from '../base/errors.ts';
import type { Av } from './av.ts';
import { eachFrame, shortOf } from './decoder-frames.ts';
import type { Opened, Stream } from './decoder-streams.ts';
import type { SoundChunk, Ticks } from './frame.ts';
import { within } from './limits.ts';
import type { Ending, Request } from './protocol.ts';

/** Seconds by which sound may miss its place: containers round times to milliseconds. More is a gap, or an overlap that is cut away. */
const TOLERANCE = 0.02;
/** Seconds of sound in one message. */
const PIECE = 0.5;

/** Gives the sound at the wanted rate, and returns how it ended. @throws MediaError MEDIA_LIMIT, MEDIA_DAMAGED. */
export async function hearSound(
  opened: Opened,
  track: Stream,
  request: Request,
  say: { hear(heard: SoundChunk): void; beat(): void },
): Promise<Ending> {
  const { av } = opened;
  const { limits, sound } = request;
  const { rate = 16_000, channels = 1 } = sound ?? {};
  const out = gatherer(rate, channels, say.hear);
  let run: Run | undefined; // resampled without a break
  let decoded = 0; // seconds
  let first: number | undefined;
  let reached = 0;
  try {
    const { damage, ended } = await eachFrame(opened, track, request, say.beat, (frame) => {
      const { sampleRate, nbSamples } = frame;
      if (!(sampleRate > 0 && nbSamples > 0)) return frame;
      decoded += nbSamples / sampleRate;
      within(limits, 'duration', decoded);
      const said = frame.bestEffortTimestamp;
      const second = track.timeBase.num / track.timeBase.den;
      const at = said === av.AV_NOPTS_VALUE ? (run?.end ?? 0) : (Number(said) - track.zero) * second;
      within(limits, 'duration', Math.abs(at) + nbSamples / sampleRate);
      first ??= at;
      if (run && at + nbSamples / sampleRate <= run.end - TOLERANCE) return frame; // was heard already
      if (!run || Math.abs(at - run.end) > TOLERANCE || !run.fits(frame)) {
        if (run) out.take(run.finish());
        const late = run && at - run.end <= TOLERANCE ? run.end - at : 0; // of this frame, what was heard already
        out.moveTo(Math.round((at + late) * rate));
        run = startRun(opened, frame, { at, late, rate, channels });
      }
      out.take(run.feed(frame));
      reached = run.end;
      return frame;
    });
    if (run) out.take(run.finish());
    out.end();
    if (!ended) return { notes: [] };
    const short = shortOf(opened, track, damage, reached - (first ?? 0));
    return { ...(short === undefined ? {} : { short }), notes: [] };
  } finally {
    run?.close();
  }
}

/** Sound that follows without a gap, on its way through one resampler. */
interface Run {
  /** Seconds from the file's zero to the end of what was fed. */
  readonly end: number;
  fits(frame: Av.Frame): boolean;
  feed(frame: Av.Frame): Float32Array;
  /** What is left in the resampler, which is gone then. */
  finish(): Float32Array;
  close(): void;
}

/** `at`: seconds where the first frame begins; `late`: seconds of it that are thrown away. */
function startRun(
  { av }: Opened,
  first: Av.Frame,
  { at, late, rate, channels }: { at: number; late: number; rate: number; channels: 1 | 2 },
): Run {
  const { sampleRate, format, channelLayout: layout } = first;
  const known = layout.order === av.AV_CHANNEL_ORDER_UNSPEC ? av.avChannelLayoutDefault(layout.nbChannels) : layout;
  const wanted = channels === 1 ? av.AV_CHANNEL_LAYOUT_MONO : av.AV_CHANNEL_LAYOUT_STEREO;
  const swr = new av.SoftwareResampleContext();
  const format_ = format as typeof av.AV_SAMPLE_FMT_FLT;
  const usable = (code: number): number => {
    if (code >= 0) return code;
    throw new MediaError('MEDIA_DAMAGED', 'The sound cannot be converted', {
      expected: `${rate} Hz, ${channels} channels`,
      got: `${sampleRate} Hz, ${layout.nbChannels} channels: ${new av.FFmpegError(code).message}`,
      fix: 'convert the file with `ffmpeg -i FILE out.mp4`',
    });
  };
  usable(swr.allocSetOpts2(wanted, av.AV_SAMPLE_FMT_FLT, rate, known, format_, sampleRate));
  usable(swr.setOption('rematrix_maxval', 1)); // the mean of two channels, not 1.4 times that
  usable(swr.init());
  if (late > 0) usable(swr.dropOutput(Math.round(late * rate)));
  let fed = 0; // samples of one channel
  let open = true;
  const convert = (input: Buffer[] | null, count: number): Float32Array => {
    const room = usable(swr.getOutSamples(count)) + 64;
    const into = new Float32Array(room * channels);
    const made = usable(swr.convertSync([Buffer.from(into.buffer)], room, input, count));
    return into.subarray(0, made * channels);
  };
  const close = () => {
    if (open) swr.free();
    open = false;
  };
  return {
    get end() {
      return at + fed / sampleRate;
    },
    fits: (f) =>
      f.sampleRate === sampleRate &&
      f.format === format &&
      f.channelLayout.nbChannels === layout.nbChannels &&
      f.channelLayout.mask === layout.mask,
    feed(frame) {
      fed += frame.nbSamples;
      return convert(frame.extendedData!, frame.nbSamples);
    },
    finish() {
      if (!open) return new Float32Array(0);
      const rest = convert(null, 0);
      close();
      return rest;
    },
    close,
  };
}

/** Collects samples to pieces of a good size, each with its place. */
function gatherer(rate: number, channels: 1 | 2, hear: (heard: SoundChunk) => void) {
  const piece = new Float32Array(Math.ceil(rate * PIECE) * channels);
  let filled = 0;
  let at = Number.NEGATIVE_INFINITY; // where the piece begins
  const end = () => {
    if (filled === 0) return;
    hear({ samples: piece.subarray(0, filled), channels, rate, pts: at as Ticks });
    at += filled / channels;
    filled = 0;
  };
  return {
    /** The next sample belongs here, or as soon after as what came before has ended. */
    moveTo(place: number) {
      end();
      at = Math.max(at, place);
    },
    take(samples: Float32Array) {
      for (let i = 0; i < samples.length; i++) {
        const x = samples[i]!;
        piece[filled++] = x >= -1 && x <= 1 ? x : Number.isNaN(x) ? 0 : Math.sign(x);
        if (filled === piece.length) end();
      }
    },
    end,
  };
}
