/** CLIP and g at work: videos of any length to rows of features, and those to rows that stand among the words. */
import { ModelError, SessionError, StoppedError } from '../base/errors.ts';
import { later } from '../base/later.ts';
import { compile, type EngineOptions, float32, input, type Value } from '../graph/index.ts';
import { clipPixels, type PictureSettings } from '../media/clip.ts';
import type { Picture } from '../media/index.ts';
import type { Weights } from '../weights/index.ts';
import { pools, type TowerConfig } from './net.ts';
import { type Projector, project } from './projector.ts';

/** Frames that pass through CLIP at once: enough for the matrix products, and the memory does not depend on the video. */
const BATCH = 4;

export interface VisionOptions extends EngineOptions {
  /** Fill R_t with zero rows up to this many, as Video-ChatGPT does up to 100; only for checkpoints that were trained so (docs/deviations.md). */
  readonly padFrames?: number;
  /** Compile when there is something to look at: questions without V need none of it. */
  readonly later?: boolean;
}

/** What FAME-Net sees with. */
export interface Vision {
  readonly tower: TowerConfig;
  readonly projector: Projector;
  readonly settings: PictureSettings;
  /** Rows of a video of so many frames. */
  tokens(frames: number): number;
  /**
   * Equations (1) to (3): pictures in their order → R [T+N,D]. It does not depend on g, so it can be kept while g is trained.
   * @throws ModelError FAME_FRAMES; StoppedError
   */
  look(frames: AsyncIterable<Picture> | Iterable<Picture>, signal?: AbortSignal): Promise<Value>;
  /**
   * The same for `count` videos that share pictures, each of which passes through the tower once: `of` says in which of them it is, by number from 0. → R of
   * each. @throws ModelError FAME_FRAMES for the first of them that has none, or too many; StoppedError
   */
  lookAtAll(frames: AsyncIterable<SharedPicture>, count: number, signal?: AbortSignal): Promise<Value[]>;
  /** Equation (4): R [T+N,D] → Q_v [1,T+N,K]. */
  project(R: Value, signal?: AbortSignal): Promise<Value>;
  dispose(): Promise<void>;
}

/** A picture that is in several videos. */
export interface SharedPicture {
  readonly picture: Picture;
  readonly of: readonly number[];
}

/** Compiles the image tower and g, at once or `later`. @throws WeightError, SessionError: now or then */
export async function openVision(
  clip: Weights,
  tower: TowerConfig,
  projector: Projector,
  settings: PictureSettings,
  { padFrames = 0, later: waits = false, ...o }: VisionOptions = {},
): Promise<Vision> {
  const [S, D, N] = [tower.image, tower.width, Math.floor(tower.image / tower.patch) ** 2];
  const sessions = later(
    async () => {
      const { Rt, Rs } = pools(clip, tower, input('V', 'float32', ['B', 3, S, S]));
      const Q = project(projector, input('R', 'float32', ['R', D]));
      const seeing = await compile({ Rt, Rs }, o);
      const projecting = await compile({ Q }, { ...o, engine: seeing.engine }).catch(async (e) => {
        await seeing.dispose();
        throw e;
      });
      return { seeing, projecting };
    },
    ({ seeing }) => seeing.dispose(),
    () => new SessionError('ENGINE_DISPOSED', 'The model was disposed of', { fix: 'open it again' }),
  );
  if (!waits) await sessions.get();
  const rows = (frames: number) => Math.max(frames, padFrames) + N;
  const vision: Vision = {
    tower,
    projector,
    settings,
    tokens: rows,
    async look(frames, signal) {
      const [R] = await vision.lookAtAll(ofOne(frames), 1, signal);
      return R!;
    },
    async lookAtAll(frames, count, signal) {
      const { seeing } = await sessions.get();
      const pooled = Array.from({ length: count }, () => ({ temporal: [] as Float32Array[], spatial: new Float64Array(N * D), T: 0 }));
      for await (const { V, of } of batches(frames, settings, S)) {
        if (signal?.aborted) throw new StoppedError();
        const out = await seeing.run({ V }, signal ? { signal } : {});
        const n = V.shape[0] as number;
        for (const video of of.map((k) => pooled[k]!)) {
          video.temporal.push(out.Rt!.data as Float32Array);
          for (const [i, mean] of (out.Rs!.data as Float32Array).entries()) video.spatial[i]! += n * mean; // means of parts, weighted by their frames
          video.T += n;
        }
      }
      return pooled.map(({ temporal, spatial, T }) => {
        if (T === 0 || (padFrames > 0 && T > padFrames))
          throw new ModelError('FAME_FRAMES', 'The network cannot look at this many pictures', {
            expected: padFrames > 0 ? `1 to ${padFrames}, the number it was trained with` : 'one or more',
            got: String(T),
            fix: T === 0 ? 'check that the video has pictures before the end of the utterance' : 'sample fewer',
          });
        const R = new Float32Array(rows(T) * D);
        let at = 0;
        for (const part of temporal) {
          R.set(part, at);
          at += part.length;
        }
        R.set(
          spatial.map((sum) => sum / T),
          R.length - N * D,
        );
        return float32([rows(T), D], R);
      });
    },
    async project(R, signal) {
      const { projecting } = await sessions.get();
      const { Q: tokens } = await projecting.run({ R }, signal ? { signal } : {});
      return float32([1, ...tokens!.shape], tokens!.data as Float32Array);
    },
    dispose: () => sessions.close(),
  };
  return vision;
}

async function* ofOne(frames: AsyncIterable<Picture> | Iterable<Picture>): AsyncGenerator<SharedPicture> {
  const of = [0];
  for await (const picture of frames) yield { picture, of };
}

/** Pictures as CLIP's numbers V [B,3,S,S], a few at a time; those of one batch are in the same videos. */
async function* batches(
  frames: AsyncIterable<SharedPicture>,
  settings: PictureSettings,
  S: number,
): AsyncGenerator<{ readonly V: Value; readonly of: readonly number[] }> {
  const size = 3 * S * S;
  let held: SharedPicture[] = [];
  const packed = () => {
    const data = new Float32Array(held.length * size);
    for (const [b, { picture }] of held.entries()) clipPixels(picture, settings, data.subarray(b * size, (b + 1) * size));
    return { V: float32([held.length, 3, S, S], data), of: held[0]!.of };
  };
  for await (const shared of frames) {
    if (held.length === BATCH || (held.length > 0 && held[0]!.of.join() !== shared.of.join())) {
      yield packed();
      held = [];
    }
    held.push(shared);
  }
  if (held.length > 0) yield packed();
}
