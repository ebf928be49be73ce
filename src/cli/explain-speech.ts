/** Who says what when: out of a file, or where there is none, as speech models hear it in the video. */
import { basename } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Utterance } from '../data/index.ts';
import { linesOf } from '../speech/dialogue.ts';
import type { Receipt, Transcript } from '../speech/index.ts';
import { path } from './command.ts';
import { noDialogue, theDialogue } from './explain-question.ts';
import { theModel } from './fame-args.ts';
import type { Out } from './out.ts';

/** What a receipt says of a dialogue that was heard. */
export interface Heard extends Receipt {
  readonly turns: number;
  readonly words: number;
}

/** A dialogue, and where it comes from: the name of its file, or what listened. */
export interface Told {
  readonly utterances: readonly Utterance[];
  readonly from: { readonly dialogue: string } | { readonly speech: Heard };
}

interface Asked {
  readonly video: string | undefined;
  readonly dialogue: string | undefined;
  /** The folder of the models that listen. */
  readonly speech: string | undefined;
  readonly language: string | undefined;
  readonly diarise: boolean;
  readonly threads: number | undefined;
  readonly model: string;
}

/**
 * The dialogue that is named, else the one that is heard. The model that explains is looked for first: listening takes minutes.
 * @throws UsageError EXPLAIN_DIALOGUE, EXPLAIN_SILENT; codes of `theDialogue`, `theModel` and `engineSpeech`; StoppedError
 */
export async function whatIsSaid(asked: Asked, out: Out, signal: AbortSignal): Promise<Told> {
  const { video, dialogue, speech: folder, language, threads, diarise, model } = asked;
  if (dialogue !== undefined) return { utterances: (await theDialogue(dialogue)).utterances, from: { dialogue: basename(dialogue) } };
  if (video === undefined || folder === undefined) throw noDialogue(video);
  path({ mustExist: true, is: 'file' }).parse([video], '<video>');
  const { engineSpeech } = await import('../speech/engine.ts'); // seldom needed, and half a room of code
  const speech = await engineSpeech(folder, { language, threads });
  await theModel(model);
  const onProgress = (done: number, total: number) =>
    out.progress({ done: Math.round(done), total: Math.round(total), unit: 'seconds', label: 'Listening' });
  const told = toldOf(await speech.hear(video, { speakers: diarise, signal, onProgress }), video);
  const { speech: heard } = told.from;
  out.note(`Heard ${heard.words} words in ${heard.turns} turns with ${heard.by}: ${heard.files.map(({ file }) => file).join(', ')}.`);
  for (const note of heard.notes) out.note(`Note: ${note}.`);
  return told;
}

/**
 * What was heard as a dialogue, a turn each segment. Voices that have only a number become `Speaker 1`, since turns are numbered, too.
 * @throws UsageError EXPLAIN_SILENT where nobody speaks
 */
export function toldOf({ segments, receipt }: Transcript, video: string): Told & { readonly from: { readonly speech: Heard } } {
  const utterances = linesOf(segments).map(({ speaker, ...line }, number) => ({
    number,
    ...(speaker === undefined ? {} : { speaker: /^\d+$/.test(speaker) ? `Speaker ${speaker}` : speaker }),
    ...line,
  }));
  if (utterances.length === 0)
    throw new UsageError('EXPLAIN_SILENT', 'Nobody is heard to speak in the video', {
      at: video,
      expected: 'speech, as there is no --dialogue',
      got: [receipt.seconds === undefined ? 'none' : `none in ${receipt.seconds.toFixed(1)} s of sound`, ...receipt.notes].join('; '),
      fix: 'give the dialogue with --dialogue FILE',
    });
  const words = segments.reduce((sum, segment) => sum + segment.words.length, 0);
  return { utterances, from: { speech: { ...receipt, turns: utterances.length, words } } };
}
