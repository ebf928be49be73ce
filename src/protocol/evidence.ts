import { type Refused, refuse } from './refusal.ts';
import { type Item, MODALITIES, type Modality, type Writing } from './writing.ts';

/** What is missing or too much in the evidence for an item; undefined where each modality is answered for. */
export function evidenceGap(item: Item, { evidence }: Writing): Refused | undefined {
  const used: Readonly<Record<Modality, number>> = {
    text: evidence.text.length,
    sound: evidence.sound.length,
    picture: evidence.picture.length + evidence.faces.length,
  };
  const has = (modality: Modality) => item.modalities.includes(modality);
  const none = (modality: Modality) => evidence.nothing.includes(modality);
  const open = item.modalities.find((modality) => used[modality] === 0 && !none(modality));
  if (open !== undefined) return wrong(item, `something in ${open}, or ${open} among "nothing"`, 'neither', `look for evidence in ${open}`);
  const both = MODALITIES.find((modality) => used[modality] > 0 && (none(modality) || !has(modality)));
  if (both !== undefined)
    return wrong(
      item,
      has(both) ? `evidence in ${both} or none, not both` : `nothing in ${both}, which this item lacks`,
      both,
      'take it out',
    );
  if (item.modalities.every(none)) return wrong(item, 'evidence in one modality at least', 'none', 'look again, or give the item back');
  const turn = evidence.text.find(({ turn }) => isBeyond(item, turn))?.turn;
  if (turn !== undefined) return wrong(item, 'turns of the dialogue up to the utterance', `turn ${turn}`, 'leave out what comes later');
  const { until = Number.POSITIVE_INFINITY } = item;
  const late = [...evidence.sound, ...evidence.picture, ...evidence.faces.map(({ time }) => ({ to: time }))].find(
    ({ to }) => to > until,
  )?.to;
  if (late !== undefined) return wrong(item, `seconds up to ${until}, where the utterance ends`, `${late} s`, 'leave out what comes later');
  return undefined;
}

/** Whether the item says enough to know that a turn is not in its dialogue, or comes after the utterance. */
function isBeyond({ utterance, turns }: Item, turn: number): boolean {
  return (utterance !== undefined && turn > utterance) || (turns !== undefined && !turns.some(({ number }) => number === turn));
}

function wrong(item: Item, expected: string, got: string, fix: string): Refused {
  return refuse('PROTOCOL_EVIDENCE', 'Each modality has to be answered for', { at: item.id, expected, got, fix });
}
