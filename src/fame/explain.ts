/** Why does this speaker feel so? Words as they are made, and with them all that is needed to make them again. */
import { ModelError } from '../base/errors.ts';
import { READING } from '../faces/report.ts';
import type { Value } from '../graph/index.ts';
import { continuation } from '../models/continuation.ts';
import type { KeptPrompt } from '../models/kept.ts';
import type { Fame, FameReceipt } from './fame.ts';
import type { FramesOptions, Shown } from './frames.ts';
import { FRAMES, framesOfEnds, framesUntil } from './frames.ts';
import { embedStretches } from './parts.ts';
import { explainPrompt, MODALITIES, type Modality, type PromptReceipt, type Question } from './prompt.ts';
import { stopIds, TEMPLATES } from './template.ts';
import type { Vision } from './vision.ts';

export interface ExplainOptions extends FramesOptions {
  readonly modalities?: readonly Modality[];
  /** The video, or its pictures in their order; those after the target's end are left out. Needed for V, unless `seen` is there. */
  readonly video?: string | AsyncIterable<Shown> | Iterable<Shown>;
  /** What `see` made of the video for this very question, where it is needed more than once. */
  readonly seen?: Seen | undefined;
  /** Where the prompt is kept for the next question, which may begin alike: several turns of one dialogue do, up to the first of them. */
  readonly kept?: KeptPrompt | undefined;
  /** Tokens of the answer at most. Default 256. */
  readonly maxNew?: number;
  /** 1 (default) takes token by token; more search with so many beams, and words come as soon as all beams agree on them. */
  readonly beams?: number;
  /** 0 (default) always takes the likeliest token. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly repetitionPenalty?: number;
  /** No run of so many tokens comes twice in the answer. Default 0: any may. */
  readonly noRepeat?: number;
  readonly seed?: number;
}

/** Q_v [1,T+N,K] of the cumulative clip, and when its pictures appear, in seconds. */
export interface Seen {
  readonly Q: Value;
  readonly times: readonly number[];
}

/** An explanation and how it came about. */
export interface Explanation {
  readonly text: string;
  readonly ids: readonly number[];
  /** `length`: it was cut off where `maxNew` or the context ends. */
  readonly finish: 'end' | 'length';
  readonly receipt: {
    readonly network: FameReceipt;
    readonly prompt: PromptReceipt;
    /** When the pictures that were seen appear, in seconds. */
    readonly frames: readonly number[];
    /** Positions of the prompt that had been read for an earlier question; absent where none is kept. */
    readonly reused?: number;
    readonly settings: Readonly<Record<string, number>>;
    readonly note: string;
  };
}

/**
 * Explains, piece by piece; the generator returns the whole with its receipt.
 * @throws ModelError FAME_NO_VISION, FAME_FRAMES, FAME_QUESTION, FAME_LENGTH; codes of `generate`, and of `decode` for a video; StoppedError
 */
export async function* explain(m: Fame, q: Question, o: ExplainOptions = {}): AsyncGenerator<string, Explanation, undefined> {
  const { maxNew = 256, beams = 1, temperature = 0, topP = 1, topK = 0, repetitionPenalty = 1, noRepeat = 0, seed = 0, signal } = o;
  const modalities = o.modalities ?? MODALITIES;
  const ask = (videoTokens: number) =>
    explainPrompt(q, {
      tokenizer: m.tokenizer,
      template: m.template,
      modalities,
      videoTokens,
      limit: m.language.config.positions - maxNew,
    });
  const vision = modalities.includes('V') ? visionOf(m) : undefined;
  const blind = ask(vision?.tokens(1) ?? 0); // whatever is wrong with the question is told before minutes go into its video
  const seen = vision ? (o.seen ?? (await see(m, q, o))) : undefined;
  const { stretches, receipt } = seen ? ask(seen.Q.shape[1] as number) : blind;
  const prompt = { vectors: await embedStretches(stretches, seen ? { video: seen.Q } : {}, m.language, signal) };
  const stop = stopIds(TEMPLATES[m.template], m.tokenizer);
  const shared = { maxNew, stop, repetitionPenalty, noRepeat, kept: o.kept, ...(signal ? { signal } : {}) };
  const hasText = (id: number) => id < m.tokenizer.size; // tables are filled up to a round number of rows that no word has
  const ids: number[] = [];
  let text = '';
  const stream = m.tokenizer.stream();
  const pieces = (piece: string): string => {
    const fresh = text === '' ? piece.trimStart() : piece; // the template's space before the answer is not part of it
    text += fresh;
    return fresh;
  };
  for await (const id of continuation(m.language, prompt, { ...shared, beams, temperature, topP, topK, seed })) {
    ids.push(id);
    const piece = hasText(id) ? pieces(stream.push(id)) : '';
    if (piece !== '') yield piece;
  }
  const rest = pieces(stream.end());
  if (rest !== '') yield rest;
  return {
    text,
    ids,
    finish: ids.length < maxNew ? 'end' : 'length',
    receipt: {
      network: m.receipt,
      prompt: receipt,
      frames: seen?.times ?? [],
      ...(o.kept ? { reused: o.kept.reused } : {}),
      settings: { maxNew, beams, temperature, topP, topK, repetitionPenalty, ...(noRepeat > 0 ? { noRepeat } : {}), seed },
      note: READING,
    },
  };
}

/**
 * Looks at all that was shown up to the target's end: the costly part of an explanation that sees.
 * @throws ModelError FAME_NO_VISION, FAME_FRAMES, FAME_QUESTION where there is no video; codes of `decode`; StoppedError
 */
export async function see(
  m: Fame,
  { turns, target }: Pick<Question, 'turns' | 'target'>,
  o: Pick<ExplainOptions, 'video' | 'count' | 'duration' | 'limits' | 'signal'>,
): Promise<Seen> {
  const vision = visionOf(m);
  const { video, signal, count = FRAMES, duration, limits } = o;
  if (video === undefined)
    throw new ModelError('FAME_QUESTION', 'The question lacks something', {
      expected: 'a video, as V is on',
      got: 'none',
      fix: 'give what is expected, or switch that modality off',
    });
  const end = turns[target]?.end ?? Number.POSITIVE_INFINITY;
  const asked = { count, duration, ...(limits ? { limits } : {}), ...(signal ? { signal } : {}) };
  const shown = typeof video === 'string' ? framesUntil(video, end, asked) : video;
  const times: number[] = [];
  async function* pictures() {
    for await (const { t, picture } of shown) {
      if (t >= end) return;
      times.push(t);
      yield picture;
    }
  }
  const R = await vision.look(pictures(), signal);
  return { Q: await vision.project(R, signal), times };
}

/**
 * The same for several turns of one dialogue: its film is decoded once, and a picture that several turns see passes through the tower once. Which pictures
 * a turn sees differs a little from `see` (`framesOfEnds`), and does not depend on the other turns.
 * @throws ModelError FAME_NO_VISION, FAME_FRAMES; codes of `decode`; StoppedError
 */
export async function seeAll(
  m: Fame,
  film: string,
  ends: readonly (number | undefined)[],
  { count = FRAMES, duration, limits, signal }: Pick<ExplainOptions, 'count' | 'duration' | 'limits' | 'signal'>,
): Promise<Seen[]> {
  const vision = visionOf(m);
  const times = ends.map((): number[] => []);
  const until = ends.map((end = Number.POSITIVE_INFINITY) => end);
  async function* pictures() {
    for await (const { t, picture, of } of framesOfEnds(film, until, {
      count,
      duration,
      ...(limits ? { limits } : {}),
      ...(signal ? { signal } : {}),
    })) {
      for (const k of of) times[k]!.push(t);
      yield { picture, of };
    }
  }
  const all = await vision.lookAtAll(pictures(), ends.length, signal);
  return Promise.all(all.map(async (R, k) => ({ Q: await vision.project(R, signal), times: times[k]! })));
}

/** What the network sees with. @throws ModelError FAME_NO_VISION */
export function visionOf(m: Fame): Vision {
  if (m.vision) return m.vision;
  throw new ModelError('FAME_NO_VISION', 'This network was opened without an image tower', {
    expected: 'a LLaVA folder, or a language model with `vision` and `projector`',
    got: 'a language model alone',
    fix: 'name the folder of CLIP and the file of the projector, or leave V out of the modalities',
  });
}
