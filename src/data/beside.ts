import { dirname, join } from 'node:path';
import { FameError } from '../base/errors.ts';
import { exists } from '../base/file.ts';
import { dialogueName, type Statement } from './align.ts';
import { readDialogues } from './dialogue.ts';
import { placeOf } from './ecem.ts';
import type { Dialogue } from './utterance.ts';

/** The file beside ECEM's statements in which `famenet synth` and `famenet dataset build` write their dialogues. */
export const BESIDE = 'dialogues.jsonl';

/** The dialogues that lie beside a file of statements, by id; undefined where none do. Throws as `readDialogues` does. */
export async function dialoguesBeside(file: string): Promise<ReadonlyMap<string, Dialogue> | undefined> {
  const beside = join(dirname(file), BESIDE);
  if (!(await exists(beside))) return undefined;
  return new Map((await readDialogues(beside)).map((dialogue) => [dialogue.id, dialogue]));
}

/**
 * The conversation up to a row's statement, which comes last, as `joinMeld` gives it from MELD. The dialogue is named as in the film's name, marks of MELD's parts
 * included, and the film's number is a place in it. Throws ECEM_DIALOGUE where it does not say the same there: those are dialogues of something else.
 */
export function joinBeside(row: Statement, dialogues: ReadonlyMap<string, Dialogue>): Dialogue {
  const [id, { number }] = [dialogueName(row), placeOf(row.video)];
  const found = dialogues.get(id)?.utterances ?? [];
  if (found[number]?.text === row.text) return { id, utterances: found.slice(0, number + 1) };
  throw new FameError('ECEM_DIALOGUE', `The ${BESIDE} beside the statements is that of others`, {
    at: row.video,
    expected: `dialogue "${id}" with ${JSON.stringify(row.text.slice(0, 60))} as utterance ${number}`,
    got: found[number] === undefined ? 'no such utterance' : JSON.stringify(found[number].text.slice(0, 60)),
    fix: 'put the one of this file beside it, take it away, or give MELD',
  });
}
