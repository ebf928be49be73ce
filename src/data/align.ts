import { FameError } from '../base/errors.ts';
import { type EcemRow, placeOf } from './ecem.ts';
import { type Meld, tableName } from './meld.ts';
import { repairText } from './mojibake.ts';
import type { Dialogue, Utterance } from './utterance.ts';

/** How a film's number counts: by MELD's own number of the utterance, or by its place in the dialogue. The same where no number is left out. */
export type Counting = 'number' | 'place';

/** What is needed to find a statement. */
export type Statement = Pick<EcemRow, 'video' | 'emotion' | 'speaker' | 'text'>;

/**
 * The utterance of MELD that a row is about: the one of its dialogue that says the same (letters and digits are compared, after repair). Of several, the one
 * with the same speaker, then the same emotion, then the film's number (counted as `counting` says: MELD's unless told), then the nearest. If none says
 * the same, the one of the film's number if most of its words agree: the paper corrected some texts by transcription (§3.1).
 * undefined if there is none. The first release of ECEM counts places in MELD's train part and MELD's numbers in its test part.
 * Throws MELD_PART if the table that the row needs was not read.
 */
export function locate(row: Statement, meld: Meld, counting: Counting = 'number'): Utterance | undefined {
  const dialogue = dialogueOf(row, meld);
  if (dialogue === undefined) return undefined;
  const { number } = placeOf(row.video);
  const [own, other] =
    counting === 'number'
      ? [byNumber(dialogue, number), dialogue.utterances[number]]
      : [dialogue.utterances[number], byNumber(dialogue, number)];
  const said = keyOf(row.text);
  const place = dialogue.utterances.indexOf(own ?? other!);
  const same = dialogue.utterances.filter(({ text }) => keyOf(text) === said);
  if (same.length === 0) return own !== undefined && agreement(own.text, row.text) >= ALIKE ? own : undefined;
  const rank = (utterance: Utterance) =>
    (utterance === own ? 0 : utterance === other ? 1e3 : 2e3) +
    (utterance.speaker === row.speaker ? 0 : 1e5) +
    (utterance.emotion === row.emotion ? 0 : 1e4) +
    Math.abs(dialogue.utterances.indexOf(utterance) - place);
  return same.reduce((best, next) => (rank(next) < rank(best) ? next : best));
}

/** How the films of each dialogue count, by the rows that fit one way only; MELD's numbers where there are no more of them. By `videoName` without its number. */
export function countings(rows: readonly Statement[], meld: Meld): ReadonlyMap<string, Counting> {
  const votes = new Map<string, number>();
  for (const row of rows) {
    const dialogue = dialogueOf(row, meld);
    const { number } = placeOf(row.video);
    const fits = (utterance: Utterance | undefined) => utterance !== undefined && keyOf(utterance.text) === keyOf(row.text);
    const vote = dialogue === undefined ? 0 : Number(fits(dialogue.utterances[number])) - Number(fits(byNumber(dialogue, number)));
    votes.set(dialogueName(row), (votes.get(dialogueName(row)) ?? 0) + vote);
  }
  return new Map([...votes].map(([name, vote]) => [name, vote > 0 ? 'place' : 'number']));
}

/** The film's name without its number: the same for all rows of a dialogue. */
export const dialogueName = ({ video }: Pick<EcemRow, 'video'>): string => video.replace(/_\d+\.mp4$/, '');

/**
 * The conversation up to a row's statement, which comes last: what training and prediction may know. The dialogue keeps MELD's id, with `t_` before it
 * in the test part. Throws MELD_ABSENT if MELD has no such statement, MELD_PART if its table was not read.
 */
export function joinMeld(row: Statement, meld: Meld): Dialogue {
  const utterance = locate(row, meld);
  const dialogue = dialogueOf(row, meld);
  if (utterance === undefined || dialogue === undefined) {
    throw new FameError('MELD_ABSENT', 'MELD does not have this statement', {
      at: row.video,
      expected: `an utterance of its dialogue that says ${JSON.stringify(row.text.slice(0, 60))}`,
      got: dialogue === undefined ? 'no such dialogue' : `${dialogue.utterances.length} others`,
      fix: '`famenet dataset clean` takes such rows out',
    });
  }
  return { id: dialogueName(row), utterances: dialogue.utterances.slice(0, dialogue.utterances.indexOf(utterance) + 1) };
}

function dialogueOf({ video }: Pick<EcemRow, 'video'>, meld: Meld): Dialogue | undefined {
  const { part, dialogue } = placeOf(video);
  const dialogues = meld[part];
  if (dialogues !== undefined) return dialogues.get(dialogue);
  throw new FameError('MELD_PART', 'A table of MELD is missing', {
    at: video,
    expected: tableName(part),
    got: Object.keys(meld).join(', ') || 'no table',
    fix: `put ${tableName(part)} into the folder of MELD`,
  });
}

const byNumber = (dialogue: Dialogue, number: number): Utterance | undefined => dialogue.utterances.find((one) => one.number === number);

/** What two writings of one utterance share. A text without letters is compared as it is. */
function keyOf(text: string): string {
  const repaired = repairText(text).text;
  return (
    repaired
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '') || repaired.trim()
  );
}

/** Share of words that the same utterance has in common after a correction. */
const ALIKE = 0.6;

/** Twice the common words over all words (Dice); 1 if both say the same words. */
function agreement(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const rest = [...right];
  const common = left.filter((word) => rest.includes(word) && rest.splice(rest.indexOf(word), 1)).length;
  return left.length + right.length === 0 ? 0 : (2 * common) / (left.length + right.length);
}

const wordsOf = (text: string): readonly string[] =>
  repairText(text)
    .text.toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
