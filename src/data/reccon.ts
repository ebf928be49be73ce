import { isRecord, readJsonFile } from '../base/file.ts';
import { joined } from './cicero.ts';
import type { EcfDialogue } from './ecf.ts';
import { damagedDialogue, emotionAt } from './utterance.ts';

/** Its labels that are no names of ours; `excited` and `frustrated` only occur in the part from IEMOCAP. */
const LABELS: Readonly<Record<string, string>> = { happines: 'joy', excited: 'joy', surprised: 'surprise', frustrated: 'anger' };

/**
 * Reads RECCON (Poria et al., Cognitive Computation 2021) in the form of ECF: which turn made a speaker feel so, and its words. Causes that the release calls
 * latent (`b`) are left out. Throws DIALOGUE_DAMAGED, and as `readJsonFile` does.
 */
export async function readReccon(file: string): Promise<EcfDialogue[]> {
  return parseReccon(await readJsonFile(file, { maxBytes: 64e6 }), file);
}

/** The same from JSON; `at` names it in errors. */
export function parseReccon(content: unknown, at: string): EcfDialogue[] {
  if (!isRecord(content)) throw damagedDialogue(at, 'dialogues by name', JSON.stringify(content)?.slice(0, 60) ?? 'nothing');
  return Object.entries(content).map(([id, parts]) => {
    const turns: unknown = Array.isArray(parts) ? parts[0] : undefined;
    if (!Array.isArray(turns))
      throw damagedDialogue(`${at}, ${id}`, 'a list of turns in a list', JSON.stringify(parts)?.slice(0, 60) ?? 'nothing');
    const all = turns.map((turn: unknown, i) => turnOf(turn, `${at}, ${id}, turn ${i + 1}`));
    return { id, utterances: all.map(({ utterance }) => utterance), causes: all.flatMap(({ causes }) => causes) };
  });
}

/** `{turn, speaker, utterance, emotion, "expanded emotion cause evidence"?, "expanded emotion cause span"?}` */
function turnOf(turn: unknown, at: string): { utterance: EcfDialogue['utterances'][number]; causes: EcfDialogue['causes'] } {
  const { turn: number, speaker, utterance: text, emotion: label, ...rest } = isRecord(turn) ? turn : {};
  if (!Number.isSafeInteger(number) || typeof speaker !== 'string' || typeof text !== 'string' || typeof label !== 'string')
    throw damagedDialogue(at, 'turn, speaker, utterance and emotion', JSON.stringify(turn)?.slice(0, 60) ?? 'nothing');
  const emotion = emotionAt(LABELS[label] ?? label, at);
  const evidence = rest['expanded emotion cause evidence'];
  const spans = rest['expanded emotion cause span'];
  const causes = (Array.isArray(evidence) ? evidence : []).flatMap((cause: unknown, i) => {
    const span: unknown = Array.isArray(spans) ? spans[i] : undefined;
    return Number.isSafeInteger(cause)
      ? [{ effect: Number(number), emotion, cause: Number(cause), ...(typeof span === 'string' ? { span: joined(span) } : {}) }]
      : [];
  });
  return { utterance: { number: Number(number), speaker, text: joined(text), emotion }, causes };
}
