import { EMOTIONS, type Emotion, emotionHint, emotionNamed } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import { isRecord, readTextFile } from '../base/file.ts';
import type { MeldPart } from './meld.ts';

/** One statement of ECEM, and why its speaker feels so. */
export interface EcemRow {
  /** As the file has it; not unique across its parts. */
  readonly id: number | string;
  /** Name of the film that ends with the statement: `<dialogue>_<utterance>.mp4`, marked by `PREFIXES`. */
  readonly video: string;
  readonly emotion: Emotion;
  readonly speaker: string;
  /** What is said. */
  readonly text: string;
  /** The explanation. */
  readonly cause: string;
}

/** The emotions that the paper explains (Wang et al. 2025, §3.1 "Annotation Guidelines"): all but neutral. */
export const EXPLAINED: readonly Emotion[] = EMOTIONS.filter((emotion) => emotion !== 'neutral');

/**
 * Reads ECEM as its authors publish it (conversation format of LLaVA), and what `famenet synth` writes in that format.
 * Nothing is repaired: see `cleanEcem`. Throws ECEM_FILE, and as `readTextFile` does.
 */
export async function readEcem(file: string): Promise<EcemRow[]> {
  return parseEcem(await readTextFile(file, { maxBytes: 256e6 }), file);
}

/** The same from text; `at` names it in errors. */
export function parseEcem(content: string, at: string): EcemRow[] {
  let list: unknown;
  try {
    list = JSON.parse(content);
  } catch (cause) {
    throw damaged(at, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
  if (!Array.isArray(list) || list.length === 0)
    throw damaged(at, 'a list of {id, video, conversations}', JSON.stringify(list).slice(0, 60));
  return list.map((entry: unknown, i) => rowOf(entry, `${at}, entry ${i + 1}`));
}

/** Rows in the authors' format, to the letter; ends with a line break. */
export function ecemText(rows: readonly EcemRow[]): string {
  const entries = rows.map(({ id, video, emotion, speaker, text, cause }) => ({
    id,
    video,
    conversations: [
      { from: 'human', value: `<video>\nExplain why the emotion of this statement is ${emotion} <${speaker}: ${text}>` },
      { from: 'gpt', value: cause },
    ],
  }));
  return `${JSON.stringify(entries, null, 1)}\n`;
}

/** Where MELD has a statement, by the name of its film. */
export interface Place {
  readonly part: MeldPart;
  /** Id of the dialogue. */
  readonly dialogue: string;
  /** The number that the film has; MELD's, or the place in the dialogue: see `locate`. */
  readonly number: number;
}

/** What is written before a dialogue's id: ECEM marks those of MELD's test part, and in what we build those of dev are marked, too, since all count from 0. */
export const PREFIXES: Readonly<Record<MeldPart, string>> = { train: '', dev: 'd_', test: 't_' };

/** The place that a film's name means. Throws ECEM_FILE. */
export function placeOf(video: string, at = video): Place {
  const found = /^(t_|d_)?(.+)_(\d+)\.mp4$/.exec(video);
  if (found === null) throw damaged(at, 'a video like 480_5.mp4 or t_12_3.mp4', JSON.stringify(video));
  const [, mark = '', dialogue, number] = found;
  return { part: mark === PREFIXES.test ? 'test' : mark === PREFIXES.dev ? 'dev' : 'train', dialogue: dialogue!, number: Number(number) };
}

/** The film's name of a place. */
export const videoName = ({ part, dialogue, number }: Place): string => `${PREFIXES[part]}${dialogue}_${number}.mp4`;

const QUESTION = /^(?:<video>\s*)?Explain why the emotion of this statement is (\S+)\s*<([^:<>]*):\s?([\s\S]*)>\s*$/;

function rowOf(entry: unknown, at: string): EcemRow {
  if (!isRecord(entry)) throw damaged(at, 'an object', JSON.stringify(entry).slice(0, 60));
  const { id, video, conversations } = entry;
  if ((typeof id !== 'number' && typeof id !== 'string') || typeof video !== 'string' || !Array.isArray(conversations))
    throw damaged(at, 'id, video and conversations', `{${Object.keys(entry).join(', ')}}`);
  placeOf(video, at);
  const [question, answer] = ['human', 'gpt'].map((who) => conversations.filter(isRecord).find(({ from }) => from === who)?.value);
  if (typeof question !== 'string' || typeof answer !== 'string') throw damaged(at, 'a text from "human" and one from "gpt"', 'none');
  const found = QUESTION.exec(question);
  if (found === null)
    throw damaged(at, '"Explain why the emotion of this statement is joy <Ross: Hi.>"', JSON.stringify(question.slice(0, 80)));
  const emotion = emotionNamed(found[1]!);
  if (emotion === undefined) throw damaged(at, emotionHint(found[1]!), JSON.stringify(found[1]));
  return { id, video, emotion, speaker: found[2]!, text: found[3]!, cause: answer };
}

function damaged(at: string, expected: string, got: string, cause?: unknown): FameError {
  return new FameError('ECEM_FILE', 'A file of ECEM cannot be understood', { at, expected, got, fix: 'correct it there' }, { cause });
}
