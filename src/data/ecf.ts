import type { Emotion } from '../base/emotion.ts';
import { isRecord, readTextFile } from '../base/file.ts';
import { type Dialogue, damagedDialogue, emotionAt, utteranceOf } from './utterance.ts';

/** Which utterance made somebody feel so. Numbers are those of the dialogue, from 1. */
export interface EcfCause {
  readonly effect: number;
  readonly emotion: Emotion;
  readonly cause: number;
  /** The words that are the cause, as the release writes them (words and punctuation apart); absent where it only numbers utterances. */
  readonly span?: string;
}

/** A dialogue of ECF, and the causes that were found in it (none in the test part). */
export interface EcfDialogue extends Dialogue {
  readonly causes: readonly EcfCause[];
}

/** Reads ECF 2.0 (Wang et al., SemEval-2024 Task 3; both subtasks). Throws DIALOGUE_DAMAGED, and as `readTextFile` does. */
export async function readEcf(file: string): Promise<EcfDialogue[]> {
  return parseEcf(await readTextFile(file, { maxBytes: 64e6 }), file);
}

/** The same from text; `at` names it in errors. */
export function parseEcf(content: string, at: string): EcfDialogue[] {
  let list: unknown;
  try {
    list = JSON.parse(content);
  } catch (cause) {
    throw damagedDialogue(at, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
  if (!Array.isArray(list)) throw damagedDialogue(at, 'a list of conversations', JSON.stringify(list).slice(0, 60));
  return list.map((entry: unknown, i) => ecfDialogue(entry, `${at}, conversation ${i + 1}`));
}

/**
 * One conversation: `{conversation_ID, conversation: [{utterance_ID, text, speaker, emotion?, video_name?}], "emotion-cause_pairs"?}`. Utterances are
 * counted from 1; there are no times. Throws DIALOGUE_DAMAGED.
 */
export function ecfDialogue(entry: unknown, at: string): EcfDialogue {
  const { conversation_ID: id, conversation, 'emotion-cause_pairs': pairs = [] } = isRecord(entry) ? entry : {};
  if (!Array.isArray(conversation) || !Array.isArray(pairs) || (typeof id !== 'number' && typeof id !== 'string'))
    throw damagedDialogue(at, 'conversation_ID, a list "conversation" and pairs', JSON.stringify(entry).slice(0, 60));
  const utterances = conversation.map((one: unknown, i) => {
    const where = `${at}, utterance ${i + 1}`;
    const { utterance_ID: number, text, speaker, emotion, video_name: clip } = isRecord(one) ? one : {};
    if (!Number.isSafeInteger(number)) throw damagedDialogue(where, 'an utterance_ID', JSON.stringify(one).slice(0, 60));
    return utteranceOf({ text, speaker, emotion, clip }, Number(number), where);
  });
  return { id: `${id}`, utterances, causes: pairs.map((pair: unknown, i) => causeOf(pair, `${at}, pair ${i + 1}`)) };
}

/** `["3_surprise", "1_I realize I am totally naked ."]`, or `["3_surprise", "1"]` in the subtask with video. */
function causeOf(pair: unknown, at: string): EcfCause {
  const [felt, why]: readonly unknown[] = Array.isArray(pair) ? pair : [];
  const effect = typeof felt === 'string' ? /^(\d+)_(\w+)$/.exec(felt) : null;
  const cause = typeof why === 'string' ? /^(\d+)(?:_([\s\S]*))?$/.exec(why) : null;
  if (effect === null || cause === null)
    throw damagedDialogue(at, '["3_surprise", "1_words of utterance 1"]', JSON.stringify(pair).slice(0, 60));
  return {
    effect: Number(effect[1]),
    emotion: emotionAt(effect[2]!, at),
    cause: Number(cause[1]),
    ...(cause[2] === undefined ? {} : { span: cause[2] }),
  };
}
