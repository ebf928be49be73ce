/** From data sets to the items of a campaign, and from what a campaign published back to a data set. */
import { basename } from 'node:path';
import { FameError } from '../base/errors.ts';
import type { Entry } from '../data/exchange/index.ts';
import {
  type Dialogue,
  dialogueName,
  type EcemRow,
  EXPLAINED,
  joinBeside,
  joinMeld,
  type Meld,
  parseDialogues,
  parseEcem,
  placeOf,
  type Utterance,
} from '../data/index.ts';
import { type Item, MODALITIES, type Modality, type Result } from '../protocol/index.ts';
import type { Talk } from './state.ts';

/**
 * The items of a data set: each statement of ECEM (with the turns before it where MELD or the dialogues beside its file are given), or each utterance with an
 * emotion, but neutral, of dialogues in one of our forms. `modalities` is what annotators can look at; where absent, all for statements that have a film, else the text.
 * Throws as the readers of `famenet/data` do.
 */
export function itemsOf(
  content: string,
  at: string,
  {
    meld,
    beside,
    modalities,
  }: {
    readonly meld?: Meld | undefined;
    readonly beside?: ReadonlyMap<string, Dialogue> | undefined;
    readonly modalities?: readonly Modality[];
  } = {},
): Item[] {
  const before = (row: EcemRow) => (meld !== undefined ? joinMeld(row, meld) : beside && joinBeside(row, beside));
  return isEcem(content)
    ? parseEcem(content, at).map((row) => itemOfRow(row, modalities ?? MODALITIES, before(row)))
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

/** Whether a text is statements of ECEM, not dialogues. */
export function isEcem(content: string): boolean {
  return /^\s*\[\s*\{/.test(content) && /"conversations"\s*:/.test(content.slice(0, 2000));
}

function itemOfRow(row: EcemRow, modalities: readonly Modality[], dialogue: Dialogue | undefined): Item {
  const { video, emotion, speaker, text } = row;
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

/** The items of a set that is in another form: each entry whose emotion is not neutral. Its ids are unique: a second one of a name gets a number. */
export function entryItems(entries: readonly Entry[], modalities?: readonly Modality[]): Item[] {
  const seen = new Map<string, number>();
  return entries.flatMap(({ id, emotion, dialogue, utterance, speaker, text, clip, turns, senses }) => {
    if (!EXPLAINED.includes(emotion)) return [];
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return [
      {
        id: times === 1 ? id : `${id} (${times})`,
        emotion: emotion as Item['emotion'], // one of EXPLAINED
        modalities: modalities ?? senses ?? (clip === undefined ? (['text'] as const) : MODALITIES),
        ...plain({ dialogue, utterance, speaker, text, clip, turns }),
      },
    ];
  });
}

/** A dialogue of the server, and its film where it has one. */
export interface TalkSource {
  readonly talk: Talk;
  readonly film?: { readonly file: string; readonly picture: boolean; readonly sound: boolean } | undefined;
}

/**
 * The items of a dialogue of the server: each utterance whose emotion is not neutral, with the turns up to it and no later one. The film ends for whoever works
 * on an item where its utterance ends. Throws SETUP_TIMES for a film whose dialogue does not say when things are said.
 */
export function talkItems({ talk, film }: TalkSource, modalities?: readonly Modality[]): Item[] {
  const senses = film === undefined ? (['text'] as const) : MODALITIES.filter((one) => one === 'text' || film[one]);
  return talk.utterances.flatMap(({ number, emotion, speaker, text, end }, i) => {
    if (emotion === undefined || !EXPLAINED.includes(emotion)) return [];
    if (film !== undefined && end === undefined)
      throw new FameError('SETUP_TIMES', 'The dialogue does not say when things are said, so its film cannot be cut', {
        at: `${talk.name}, utterance ${number}`,
        expected: 'a start and an end in seconds of the film',
        fix: 'add them to the transcript, or leave the film out',
      });
    const turns = talk.utterances.slice(0, i + 1).map((turn) => plain({ ...turn, emotion: undefined }));
    return [
      {
        id: `${talk.dialogue}_${number}`,
        emotion: emotion as Item['emotion'], // one of EXPLAINED
        modalities: (modalities ?? senses).filter((one) => (senses as readonly Modality[]).includes(one)),
        dialogue: talk.dialogue,
        utterance: number,
        ...plain({ speaker, text, clip: film?.file, until: film === undefined ? undefined : end }),
        turns: turns as unknown as NonNullable<Item['turns']>, // without their emotions: those are for annotators to see for themselves
      },
    ];
  });
}

/** Without what is undefined or empty. */
function plain<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined && part !== '')) as never;
}

const turnOf = ({ number, speaker, text }: Utterance) => ({ number, ...(speaker === undefined ? {} : { speaker }), text });
