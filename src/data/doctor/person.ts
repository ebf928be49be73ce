import type { EcemRow } from '../ecem.ts';
import { emotionsNamed } from '../slip.ts';
import { excerpt, type Place, type Symptom, symptom } from './symptom.ts';

/** Who feels it, as ECEM's sentences begin: "The reason she …", "The source of his …", "What upset her …", "He was angry …". */
const FELT = /^["“]?(?:And )?(?:The (?:reason|source)(?: why)?(?: (?:for|of))? (she|he|her|his)\b|What \w+ (her|him)\b|(She|He) )/;
const SHE = new Set(['she', 'her']);

/** A speaker with fewer sentences than this, or a smaller majority, is nobody of whom the file knows what to say. */
const [FEWEST, MAJORITY] = [8, 0.9];

/**
 * Whose feeling a sentence explains where it begins with a name, and the words that should name the feeling: "The reason for Joey's joy …",
 * "What upset Kate was …". A dot at the end of a name is left out ("Phoebe Sr.").
 */
const NAMED = [
  /^["“]?(?:And )?The (?:reason|source)(?: why)? (?:for|of) (?<name>\p{Lu}[^"“”!?]{0,40}?)\.?['’]s? (?<feeling>\S+)/u,
  /^["“]?(?:And )?The reason(?: why)? (?<name>\p{Lu}[^"“”!?]{0,40}?)\.? (?:is|was|feels|felt|might be) (?<feeling>\S+(?: \S+)?)/u,
  /^["“]?(?:And )?What (?<feeling>\w+) (?<name>\p{Lu}[^"“”!?]{0,40}?)\.? (?:is|was)\b/u,
] as const;

/** Explanations of the feeling of somebody else who speaks in the file. A part of the speaker's own name ("Phoebe" of "Phoebe Sr") is the speaker. */
function otherNames(rows: readonly EcemRow[], place: (row: number) => Place): Symptom[] {
  const undotted = rows.map(({ speaker }) => speaker.replace(/\.$/, ''));
  const speakers = new Set(undotted);
  return rows.flatMap(({ speaker, cause }, i) => {
    const { name, feeling } = NAMED.map((pattern) => pattern.exec(cause)?.groups).find((groups) => groups !== undefined) ?? {};
    if (name === undefined || feeling === undefined || !speakers.has(name) || emotionsNamed(feeling) === undefined) return [];
    if (`${undotted[i]} `.startsWith(`${name} `)) return [];
    return [symptom('other-person', place(i), `${excerpt(cause, 40)}, but ${speaker} speaks`)];
  });
}

/**
 * Explanations of the feeling of another speaker, by name, and those that say "he" of a speaker whom at least 90 % of the file's other sentences call "she",
 * or the other way round. Only sentences that begin with the one who feels are counted. `usable` says which rows are worth believing. It knows no names: what
 * it knows is in the file.
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
  const pronouns = said.flatMap((word, i) => {
    const count = counts.get(rows[i]!.speaker);
    if (word === undefined || count === undefined) return [];
    const other = word === 'she' ? 'he' : 'she';
    const all = count.she + count.he;
    if (all < FEWEST || count[other] < MAJORITY * all) return [];
    const { speaker, cause } = rows[i]!;
    return [symptom('other-person', place(i), `${excerpt(cause, 40)}, but ${count[other]} of ${all} say ${other} of ${speaker}`)];
  });
  return [...pronouns, ...otherNames(rows, place)];
}
