import type { Line } from './file.ts';
import type { HearOptions, Segment, Speech } from './speech.ts';

/**
 * The dialogue of a video for whoever needs one and has none: what is heard, one line a segment, with speakers where the speech tells voices apart.
 * No line where nobody speaks. @throws what `speech.hear` throws.
 */
export async function dialogueOf(video: string, speech: Speech, options?: HearOptions): Promise<Line[]> {
  return linesOf((await speech.hear(video, options)).segments);
}

/** Segments without their words: the lines of a dialogue, in the same order. */
export const linesOf = (segments: readonly Segment[]): Line[] =>
  segments.map(({ speaker, text, start, end }) => ({ ...(speaker === undefined ? {} : { speaker }), text, start, end }));
