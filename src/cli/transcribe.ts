import { writeTextFile } from '../base/atomic.ts';
import { UsageError } from '../base/errors.ts';
import { parseDialogue, readDialogues, repairText, type Utterance } from '../data/index.ts';
import {
  alignTurns,
  applyChanges,
  engineSpeech,
  fileSpeech,
  readReview,
  repairTurns,
  type Speech,
  srtOf,
  vttOf,
  wordErrors,
  writeReview,
} from '../speech/index.ts';
import { command, flag, integer, path, text } from './command.ts';
import { checkWritten } from './table.ts';
import { printCompared, printHeard } from './transcribe-print.ts';

export default command({
  name: 'transcribe',
  about: 'Write down what is said in a video, or correct a transcript by it, change by change',
  examples: [
    'famenet transcribe scene.mp4 --model models/parakeet-tdt --srt --out scene.srt',
    'famenet transcribe scene.mp4 --dialogue scene.srt --review changes.json',
    'famenet transcribe scene.mp4 --dialogue scene.srt --apply changes.json --srt --out better.srt',
    'famenet transcribe scene.mp4 --heard whisperx.json --dialogue scene.srt',
  ],
  args: {
    video: path({ positional: true, mustExist: true, is: 'file', about: 'a video or sound file' }),
    dialogue: path({ mustExist: true, is: 'file', about: 'the transcript that is there: JSON, .srt or .vtt' }),
    model: path({ mustExist: true, is: 'folder', env: 'FAMENET_SPEECH', about: 'folder of speech models, as sherpa-onnx publishes them' }),
    heard: path({
      mustExist: true,
      is: 'file',
      about: 'what was heard, made elsewhere: JSON of WhisperX, .srt or .vtt; the video is not opened',
    }),
    language: text({ about: 'two letters that Whisper knows; it finds out where absent' }),
    diarise: flag({ about: 'tell voices apart' }),
    speakers: integer({ min: 1, max: 50, about: 'with --diarise: how many voices there are' }),
    events: flag({ about: 'listen for laughter, applause, music and the like' }),
    review: path({ about: 'write the changes into this file, to be accepted or refused one by one' }),
    apply: path({ mustExist: true, is: 'file', about: 'make the changes that were accepted in this file' }),
    srt: flag({ about: 'give SubRip' }),
    vtt: flag({ about: 'give WebVTT' }),
    out: path({ about: 'with --srt or --vtt: write it into this file' }),
    threads: integer({ min: 1, max: 256, about: "threads of each network; the machine's cores where absent" }),
  },
  async run({ args, out, signal }) {
    checkArgs(args);
    const turns = args.dialogue === undefined ? undefined : await theTurns(args.dialogue);
    const review = args.apply === undefined ? undefined : await readReview(args.apply);
    const listens = args.model !== undefined || args.heard !== undefined;
    if (!listens && review === undefined) throw noSpeech();
    const heard = listens ? await (await theSpeech(args)).hear(args.video, asked()) : undefined;
    const accepted = review?.changes.filter(({ accept }) => accept === true);
    const better = turns && applyChanges(turns, accepted ?? []);
    const words = heard?.segments.flatMap((segment) => segment.words) ?? [];
    const aligned = better && heard && alignTurns(better, words);
    const repair = turns && heard && review === undefined ? repairTurns(turns, words, repairText) : undefined;
    const errors = turns && heard && wordErrors(repairText(textOf(turns)).text, textOf(heard.segments));
    if (repair !== undefined && args.review !== undefined) {
      await writeReview(args.review, args.dialogue!, repair);
      out.note(`Wrote ${args.review}: set "accept" to true or false, then --apply ${args.review}`);
    }
    if (args.srt || args.vtt) {
      const cues = (aligned ?? better ?? heard!.segments).flatMap(({ speaker, text: said, start, end }) =>
        start === undefined || end === undefined ? [] : [{ speaker, text: said, start, end }],
      );
      if (cues.length === 0 && better !== undefined) throw noTimes(args.dialogue!);
      const subtitles = (args.srt ? srtOf : vttOf)(cues, heard?.events);
      if (args.out === undefined) out.text(subtitles);
      else {
        await writeTextFile(args.out, subtitles);
        out.note(`Wrote ${args.out}`);
      }
    } else if (repair !== undefined && errors !== undefined) printCompared({ turns: turns!, repair, errors, heard: heard! }, out);
    else if (better !== undefined)
      for (const { speaker, text: said } of better) out.line(speaker === undefined ? said : `${speaker}: ${said}`);
    else printHeard(heard!, out);
    if (accepted !== undefined) out.note(`${accepted.length} of ${review!.changes.length} changes were accepted, and made.`);
    out.done({
      ...(heard && { heard }),
      ...(repair && { repair }),
      ...(errors && { errors }),
      ...(better && { transcript: aligned ?? better }),
    });

    function asked() {
      const label = 'Listening';
      return {
        speakers: args.diarise && (args.speakers ?? true),
        events: args.events,
        signal,
        onProgress: (done: number, total: number) =>
          out.progress({ done: Math.round(done), total: Math.round(total), unit: 'seconds', label }),
      };
    }
  },
});

interface Asked {
  readonly video: string;
  readonly dialogue: string | undefined;
  readonly model: string | undefined;
  readonly heard: string | undefined;
  readonly language: string | undefined;
  readonly threads: number | undefined;
  readonly review: string | undefined;
  readonly apply: string | undefined;
  readonly srt: boolean;
  readonly vtt: boolean;
  readonly out: string | undefined;
}

/** What does not go together. Throws USAGE_VALUE, USAGE_PATH. */
function checkArgs({ video, dialogue, heard, review, apply, srt, vtt, out }: Asked): void {
  const wrong = [
    { at: '--srt', is: srt && vtt, expected: '--srt or --vtt', fix: 'leave one out' },
    {
      at: '--out',
      is: out !== undefined && !srt && !vtt,
      expected: 'with --srt or --vtt',
      fix: 'say in which form; --json goes to stdout',
    },
    {
      at: '--review',
      is: review !== undefined && dialogue === undefined,
      expected: 'with --dialogue',
      fix: 'name the transcript to be corrected',
    },
    {
      at: '--apply',
      is: apply !== undefined && dialogue === undefined,
      expected: 'with --dialogue',
      fix: 'name the transcript that was compared',
    },
    { at: '--apply', is: apply !== undefined && review !== undefined, expected: '--review or --apply', fix: 'review first, then apply' },
  ].find((one) => one.is);
  if (wrong !== undefined) {
    const { at, expected, fix } = wrong;
    throw new UsageError('USAGE_VALUE', `${at} does not stand alone, or not beside this`, { at, expected, got: at, fix });
  }
  const read = [video, dialogue, heard, apply].filter((file) => file !== undefined);
  checkWritten({ '--out': out, '--review': review }, read);
}

async function theTurns(file: string): Promise<readonly Utterance[]> {
  const dialogues = await readDialogues(file);
  if (dialogues.length === 1) return dialogues[0]!.utterances;
  throw new UsageError('TRANSCRIBE_SEVERAL', 'One transcript is compared with one video', {
    at: file,
    expected: 'one dialogue',
    got: `${dialogues.length} dialogues`,
    fix: 'write the one of this video into a file of its own',
  });
}

/** The engine, or the file that was made elsewhere. A file that is named goes first: the model may come from the environment. */
async function theSpeech({ model, heard, language, threads }: Asked): Promise<Speech> {
  if (heard !== undefined) return fileSpeech(heard, parseDialogue);
  if (model === undefined) throw noSpeech();
  return engineSpeech(model, { language, threads });
}

const noSpeech = () =>
  new UsageError('TRANSCRIBE_MODEL', 'Nothing is there that could hear', {
    expected: '--model with a folder of speech models, or --heard with a file of WhisperX, SubRip or WebVTT',
    got: 'neither',
    fix: 'famenet models pull parakeet-tdt, then --model models/parakeet-tdt (or FAMENET_SPEECH)',
  });

const noTimes = (at: string) =>
  new UsageError('TRANSCRIBE_TIMES', 'The transcript has no times, and nobody has listened', {
    at,
    expected: 'times in the transcript, or --model or --heard to find them',
    got: 'neither',
    fix: 'add --model or --heard',
  });

const textOf = (parts: readonly { readonly text: string }[]): string => parts.map(({ text: said }) => said).join(' ');
