/** From data sets to the items of a campaign, and from what a campaign published back to a data set. */
import { basename } from 'node:path';
import {
  type Dialogue,
  dialogueName,
  type EcemRow,
  EXPLAINED,
  joinMeld,
  type Meld,
  parseDialogues,
  parseEcem,
  placeOf,
  type Utterance,
} from '../data/index.ts';
import { type Item, MODALITIES, type Modality, type Result } from '../protocol/index.ts';

/**
 * The items of a data set: each statement of ECEM (with the turns before it where MELD is given), or each utterance with an emotion, but neutral, of
 * dialogues in one of our forms. `modalities` is what annotators can look at; where absent, all for statements that have a film, else the text.
 * Throws as the readers of `famenet/data` do.
 */
export function itemsOf(
  content: string,
  at: string,
  { meld, modalities }: { readonly meld?: Meld | undefined; readonly modalities?: readonly Modality[] } = {},
): Item[] {
  return isEcem(content)
    ? parseEcem(content, at).map((row) => itemOfRow(row, modalities ?? MODALITIES, meld))
    : parseDialogues(content, at).flatMap((dialogue) => itemsOfDialogue(dialogue, modalities));
}

/** What was published, in the form of ECEM. */
export function ecemRows(results: readonly Result[]): EcemRow[] {
  return results.map(({ item, cause }, i) => ({
    id: i + 1,
    video: item.clip === undefined ? `${item.id}.mp4` : basename(item.clip),
    emotion: item.emotion,
    speaker: item.speaker ?? '',
    text: item.text ?? '',
    cause,
  }));
}

function isEcem(content: string): boolean {
  return /^\s*\[\s*\{/.test(content) && /"conversations"\s*:/.test(content.slice(0, 2000));
}

function itemOfRow(row: EcemRow, modalities: readonly Modality[], meld: Meld | undefined): Item {
  const { video, emotion, speaker, text } = row;
  const dialogue = meld === undefined ? undefined : joinMeld(row, meld);
  const last = dialogue?.utterances.at(-1);
  return {
    id: video.replace(/\.mp4$/, ''),
    emotion: emotion as Item['emotion'], // the reader of ECEM takes no neutral one
    modalities,
    dialogue: dialogueName({ video }),
    utterance: last?.number ?? placeOf(video).number,
    speaker,
    text,
    clip: video,
    ...(dialogue === undefined ? {} : { turns: dialogue.utterances.map(turnOf) }),
  };
}

function itemsOfDialogue({ id, utterances }: Dialogue, modalities: readonly Modality[] | undefined): Item[] {
  return utterances.flatMap((utterance, i) => {
    const { emotion, number, speaker, text, clip } = utterance;
    if (emotion === undefined || !EXPLAINED.includes(emotion)) return [];
    return [
      {
        id: `${id}_${number}`,
        emotion: emotion as Item['emotion'], // one of EXPLAINED
        modalities: modalities ?? (clip === undefined ? ['text'] : MODALITIES),
        dialogue: id,
        utterance: number,
        ...(speaker === undefined ? {} : { speaker }),
        text,
        ...(clip === undefined ? {} : { clip }),
        turns: utterances.slice(0, i + 1).map(turnOf),
      },
    ];
  });
}

const turnOf = ({ number, speaker, text }: Utterance) => ({ number, ...(speaker === undefined ? {} : { speaker }), text });
