import type { Line } from './file.ts';
import type { HearOptions, Speech } from './speech.ts';

/**
 * The dialogue of a video for whoever needs one and has none: what is heard, one line a segment, with speakers where the speech tells voices apart.
 * No line where nobody speaks. @throws what `speech.hear` throws.
 */
export async function dialogueOf(video: string, speech: Speech, options?: HearOptions): Promise<Line[]> {
  const { segments } = await speech.hear(video, options);
  return segments.map(({ speaker, text, start, end }) => ({ ...(speaker === undefined ? {} : { speaker }), text, start, end }));
}
