import { basename } from 'node:path';
import { type Emotion, emotionHint, emotionNamed } from '../base/emotion.ts';
import { UsageError } from '../base/errors.ts';
import { readDialogues } from '../data/dialogue.ts';
import type { Dialogue, Utterance } from '../data/utterance.ts';
import type { FacesReport } from '../faces/index.ts';
import type { ModelCard } from '../fame/mini.ts';
import { MODALITIES, type Modality } from '../fame/prompt.ts';
import type { Probe } from '../media/index.ts';

/** Seconds that an utterance may end after its video: subtitles and containers round differently. */
const SLACK = 0.5;

/** How an utterance's emotion came to be known. `confidence` 0–1; 1 where somebody has said it. */
export interface Label {
  readonly label: Emotion;
  readonly source: 'given' | 'face';
  readonly confidence: number;
}

/** The refusal where nobody says what is said: no file, and no video or no models that could hear it. */
export function noDialogue(video: string | undefined): UsageError {
  return new UsageError('EXPLAIN_DIALOGUE', 'It is not known what is said: there is no dialogue, and nothing that could listen', {
    at: '--dialogue',
    expected:
      'who says what when, in one of three ways: JSON of {speaker, text, start, end}; subtitles as SubRip (.srt); or WebVTT (.vtt). Or a video, and speech models that write it down',
    got: video === undefined ? 'neither a dialogue nor a video' : 'a video alone',
    fix: 'add --dialogue FILE; or famenet models pull parakeet-tdt, then --speech models/parakeet-tdt (or FAMENET_SPEECH)',
  });
}

/** The one dialogue of a file. @throws UsageError EXPLAIN_SEVERAL; codes of `readDialogues` */
export async function theDialogue(file: string): Promise<Dialogue> {
  const found = await readDialogues(file);
  if (found.length === 1) return found[0]!;
  throw new UsageError('EXPLAIN_SEVERAL', 'The file has several dialogues', {
    at: file,
    expected: 'one dialogue, that of the video',
    got: `${found.length}, the first is ${JSON.stringify(found[0]!.id)}`,
    fix: 'write the one that is meant into a file of its own',
  });
}

/** What is asked about, and where nobody has said so, why that. */
export interface Asked {
  readonly on: readonly Modality[];
  readonly why?: string;
}

/** `VET` and the like, in the order of MODALITIES. @throws UsageError USAGE_VALUE, EXPLAIN_VIDEO */
export function theModalities(letters: string, video: string | undefined): Asked {
  const asked = [...letters.toUpperCase()];
  const on = MODALITIES.filter((m) => asked.includes(m));
  if (asked.length === 0 || on.length !== asked.length)
    throw new UsageError('USAGE_VALUE', `--modalities cannot be ${JSON.stringify(letters)}`, {
      at: '--modalities',
      expected: 'one or more of V (video), T (words) and E (faces), each once, like VTE',
      got: letters,
      fix: 'for example --modalities TE',
    });
  const seen = on.filter((m) => m !== 'T');
  if (seen.length === 0 || video !== undefined) return { on };
  throw new UsageError('EXPLAIN_VIDEO', 'What is seen needs a video', {
    at: '--modalities',
    expected: `a video before the options, for ${seen.join(' and ')}`,
    got: 'none',
    fix: 'name the video, or give --modalities T',
  });
}

/** Where --modalities is absent: what the model says of itself, else all that can be had; the words alone without a video. */
export function defaultModalities(video: string | undefined, card: ModelCard | undefined): Asked {
  if (video === undefined) return { on: ['T'], why: 'there is no video' };
  return card === undefined ? { on: MODALITIES, why: 'a video has all of them' } : { on: card.modalities, why: card.why };
}

/** Which utterances are asked for, as indices. @throws UsageError USAGE_VALUE */
export function theTargets(word: string, all: boolean, utterances: readonly Utterance[]): number[] {
  const last = utterances.length - 1;
  if (all) return [...utterances.keys()];
  if (word === 'last') return [last];
  const index = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (index <= last) return [index];
  throw new UsageError('USAGE_VALUE', `--utterance cannot be ${JSON.stringify(word)}`, {
    at: '--utterance',
    expected: `0 to ${last}, counted from 0, or last`,
    got: word,
    fix: `for example --utterance ${last}`,
  });
}

/** `auto`, or an emotion by any of its names. @throws UsageError USAGE_VALUE */
export function theEmotion(word: string): Emotion | undefined {
  if (word === 'auto') return undefined;
  const emotion = emotionNamed(word);
  if (emotion !== undefined) return emotion;
  throw new UsageError('USAGE_VALUE', `--emotion cannot be ${JSON.stringify(word)}`, {
    at: '--emotion',
    expected: `auto, ${emotionHint(word)}`,
    got: word,
    fix: 'use one of these',
  });
}

/**
 * Refuses a dialogue without times, and gives what refuses one whose times are not the video's: MELD's, for one, are those of an episode. Only utterances
 * up to `target` count: a video may end with the one that is asked about. @throws UsageError EXPLAIN_TIMES, as what it gives does
 */
export function timeCheck(video: string, utterances: readonly Utterance[], target: number): (about: Probe) => void {
  const refused = (i: number, expected: string, got: string) =>
    new UsageError('EXPLAIN_TIMES', 'The times of the dialogue are not those of the video', {
      at: `utterance ${i}`,
      expected,
      got,
      fix: 'count seconds from the beginning of this video; tables like MELD count from that of the episode',
    });
  const heard = utterances.slice(0, target + 1);
  const untimed = heard.findIndex(({ end }) => end === undefined);
  if (untimed >= 0) throw refused(untimed, 'a start and an end in seconds, as the video is looked at', 'neither');
  return ({ duration }) => {
    const late = heard.findIndex(({ end }) => end! > duration + SLACK);
    if (late >= 0) throw refused(late, `an end within the ${duration.toFixed(1)} s of ${basename(video)}`, `${heard[late]!.end} s`);
  };
}

/** What the dialogue or the command line says of an utterance's emotion. */
export function givenLabel(emotion: Emotion | undefined, utterance: Utterance): Label | undefined {
  const label = emotion ?? utterance.emotion;
  return label === undefined ? undefined : { label, source: 'given', confidence: 1 };
}

/** How viewers would read the speaker's face while the utterance lasts, where that face is known and clear. */
export function faceLabel(report: FacesReport | undefined, target: number): Label | undefined {
  const { of, dominant, dominantScore = 0 } = report?.utterances?.[target] ?? {};
  return of !== 'speaker' || dominant === undefined || dominant === 'unclear'
    ? undefined
    : { label: dominant, source: 'face', confidence: dominantScore };
}

/** The refusal where neither says anything. */
export function noLabel(index: number, looked: boolean): UsageError {
  return new UsageError('EXPLAIN_EMOTION', 'It is not known which emotion should be explained', {
    at: `utterance ${index}`,
    expected: 'an emotion in the dialogue, or a speaker whose face is seen and clear',
    got: looked ? "no face of the speaker's, or an unclear one" : 'no emotion in the dialogue, and no video to look at',
    fix: `name it with --emotion (${emotionHint('')}); famenet does not tell emotions from words yet`,
  });
}
