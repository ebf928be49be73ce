import { isRecord, readTextFile } from '../base/file.ts';
import { type Dialogue, damagedDialogue } from './utterance.ts';

/** What people inferred about one turn: the answers that the release calls correct. */
export interface Inference {
  readonly dialogue: Dialogue;
  /** Place of the turn in `dialogue`. */
  readonly target: number;
  /** As asked there, for example `What is or could be the cause of target?`. */
  readonly question: string;
  readonly answers: readonly string[];
}

/** Reads CICERO v2 (Shen et al., EMNLP 2022): one JSON object a line. Throws DIALOGUE_DAMAGED, and as `readTextFile` does. */
export async function readCicero(file: string): Promise<Inference[]> {
  return parseCicero(await readTextFile(file, { maxBytes: 64e6 }), file);
}

/** The same from text; `at` names it in errors. Rows whose target is no turn of their dialogue are left out. */
export function parseCicero(content: string, at: string): Inference[] {
  return content.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : inferenceOf(line, `${at}, line ${i + 1}`)));
}

/** `{ID, Dialogue: ["A: …"], Target, Question, Choices, "Correct Answers"}` */
function inferenceOf(line: string, at: string): Inference[] {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw damagedDialogue(at, 'JSON', line.slice(0, 60), cause);
  }
  const {
    ID: id,
    Dialogue: turns,
    Target: target,
    Question: question,
    Choices: choices,
    'Correct Answers': correct,
  } = isRecord(row) ? row : {};
  const lists = Array.isArray(turns) && Array.isArray(choices) && Array.isArray(correct);
  if (!lists || typeof id !== 'string' || typeof target !== 'string' || typeof question !== 'string')
    throw damagedDialogue(at, 'ID, Dialogue, Target, Question, Choices and "Correct Answers"', line.slice(0, 60));
  const utterances = turns.map((turn: unknown, number) => {
    const [, speaker, text] = /^(\w+): ([\s\S]*)$/.exec(String(turn)) ?? [];
    return { number, ...(speaker === undefined ? {} : { speaker }), text: joined(text ?? String(turn)) };
  });
  const place = utterances.findLastIndex(({ text }) => text === joined(target));
  if (place < 0) return [];
  const answers = correct.map((n: unknown) => String(choices[Number(n)] ?? '')).filter((answer) => answer !== '');
  return [{ dialogue: { id, utterances }, target: place, question, answers }];
}

/** DailyDialog writes words and punctuation apart: `I don't know , really .` */
export const joined = (text: string): string =>
  text
    .replace(/\s+([,.!?;:%)])/g, '$1')
    .replace(/\s*([’'])\s*(s|t|re|ve|m|ll|d)\b/gi, '$1$2')
    .replace(/\s+/g, ' ')
    .trim();
