import { basename } from 'node:path';
import { isRecord } from '../../base/file.ts';
import { joined } from '../cicero.ts';
import { parseDialogues } from '../dialogue.ts';
import { EXPLAINED } from '../ecem.ts';
import { type EcfDialogue, parseEcf } from '../ecf.ts';
import { parseReccon } from '../reccon.ts';
import type { Dialogue, Utterance } from '../utterance.ts';
import { type DataSet, type Entry, lean } from './entry.ts';
import { damagedSet } from './form.ts';

/**
 * Dialogues in a form that is read but not written (ours, SubRip and WebVTT, MELD, ECF, RECCON), as a data set: each utterance with an emotion that is
 * not neutral. ECF and RECCON point at the words of a cause; the others explain nothing. Throws DATASET_FILE where nobody feels anything, and as the readers do.
 */
export function dialoguesAsSet(content: string, at: string): DataSet {
  const dialogues: readonly (Dialogue | EcfDialogue)[] = causesIn(content, at) ?? parseDialogues(content, at);
  const entries = dialogues.flatMap(entriesOf);
  if (entries.length === 0) throw damagedSet(at, 'utterances with an emotion', 'none that is not neutral');
  const utterances = dialogues.reduce((sum, dialogue) => sum + dialogue.utterances.length, 0);
  return { name: basename(at).replace(/\.\w+$/, ''), entries, utterances };
}

/** ECF and RECCON, told apart by content; undefined for anything else. */
function causesIn(content: string, at: string): EcfDialogue[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined; // lines of JSON, or no JSON at all
  }
  const [first]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (isRecord(first) && 'conversation_ID' in first) return parseEcf(content, at);
  const [dialogue]: readonly unknown[] = isRecord(value) && !('utterances' in value) ? Object.values(value) : [];
  return Array.isArray(dialogue) && Array.isArray(dialogue[0]) ? parseReccon(value, at) : undefined;
}

function entriesOf({ id, utterances, ...more }: Dialogue | EcfDialogue): Entry[] {
  const causes = 'causes' in more ? more.causes : undefined;
  const turns = utterances.map(({ number, speaker, text }) => ({ number, ...(speaker === undefined ? {} : { speaker }), text }));
  return utterances.flatMap((utterance: Utterance, i) => {
    const { number, emotion, speaker, text, clip } = utterance;
    if (emotion === undefined || !EXPLAINED.includes(emotion)) return [];
    const spans = causes
      ?.filter(({ effect }) => effect === number)
      .map(({ cause, span }) => ({ turn: cause, ...(span === undefined ? {} : { text: joined(span) }) }));
    return [
      lean({
        id: `${id}_${number}`,
        emotion,
        dialogue: id,
        utterance: number,
        speaker,
        text,
        clip,
        turns: turns.slice(0, i + 1),
        spans: spans?.length ? spans : undefined,
      }),
    ];
  });
}
