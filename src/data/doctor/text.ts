import { isUnreadable, repairText } from '../mojibake.ts';
import { type Checked, difference, excerpt, type Place, symptom } from './symptom.ts';

/** What is wrong with the characters of one text, whatever it says, and its repair. `at` is the text's path in its file, as `Change` has it. */
export function textSymptoms(before: string, place: Place, at: string): Checked {
  const { text: after, layers, guesses } = repairText(before);
  const codes = [...(layers > 0 ? (['mojibake'] as const) : []), ...(guesses > 0 ? (['lost-mark'] as const) : [])];
  const mended = codes.map((code) => symptom(code, place, difference(before, after), { before, after }));
  return {
    symptoms: isUnreadable(after) ? [...mended, symptom('unreadable', place, excerpt(after))] : mended,
    changes: codes.length === 0 ? [] : [{ place, codes, at, after }],
  };
}
