import type { EcemRow } from '../ecem.ts';
import { excerpt, type Place, type Symptom, symptom } from './symptom.ts';

/** Who feels it, as ECEM's sentences begin: "The reason she …", "The source of his …", "What upset her …", "He was angry …". */
const FELT = /^["“]?(?:And )?(?:The (?:reason|source)(?: why)?(?: (?:for|of))? (she|he|her|his)\b|What \w+ (her|him)\b|(She|He) )/;
const SHE = new Set(['she', 'her']);

/** A speaker with fewer sentences than this, or a smaller majority, is nobody of whom the file knows what to say. */
const [FEWEST, MAJORITY] = [8, 0.9];

/**
 * Explanations that say "he" of a speaker whom at least 90 % of the file's other sentences call "she", or the other way round. Only sentences that begin with the
 * one who feels are counted. `usable` says which rows are worth believing. It knows no names: what it knows is in the file.
 */
export function personSymptoms(rows: readonly EcemRow[], usable: (row: number) => boolean, place: (row: number) => Place): Symptom[] {
  const said = rows.map(({ cause }) => {
    const word = FELT.exec(cause)
      ?.slice(1)
      .find((one) => one !== undefined)
      ?.toLowerCase();
    return word === undefined ? undefined : SHE.has(word) ? 'she' : 'he';
  });
  const counts = new Map<string, { she: number; he: number }>();
  for (const [i, word] of said.entries()) {
    if (word === undefined || !usable(i)) continue;
    const count = counts.get(rows[i]!.speaker) ?? counts.set(rows[i]!.speaker, { she: 0, he: 0 }).get(rows[i]!.speaker)!;
    count[word]++;
  }
  return said.flatMap((word, i) => {
    const count = counts.get(rows[i]!.speaker);
    if (word === undefined || count === undefined) return [];
    const other = word === 'she' ? 'he' : 'she';
    const all = count.she + count.he;
    if (all < FEWEST || count[other] < MAJORITY * all) return [];
    const { speaker, cause } = rows[i]!;
    return [symptom('other-person', place(i), `${excerpt(cause, 40)}, but ${count[other]} of ${all} say ${other} of ${speaker}`)];
  });
}
