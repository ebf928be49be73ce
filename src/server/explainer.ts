/** The network behind the server's explanations: opened when it is first asked, and kept. */
import type { Emotion } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import type { Utterance } from '../data/index.ts';
import type { FacesReport } from '../faces/index.ts';
import type { Explanation, Fame, Looking, ModelCard, SentenceEvidence } from '../fame/index.ts';
import { MODALITIES, type Modality, type Question } from '../fame/prompt.ts';
import type { Probe } from '../media/index.ts';
import type { Work } from './jobs.ts';

/** What is asked. */
export interface Ask {
  readonly turns: readonly Utterance[];
  /** Index of the turn to explain. */
  readonly target: number;
  readonly emotion: Emotion;
  /** Gives the film's path. It is called where pictures or faces are needed, and never for a question about words. */
  readonly film?: (() => string) | undefined;
  readonly modalities?: readonly Modality[] | undefined;
  readonly maxNew: number;
  /** Whether each sentence is weighed once it is there: a pass of the decoder for each turn, face, picture and modality. */
  readonly evidence?: boolean | undefined;
}

/** A face that the network was told of. */
export interface AnswerFace {
  /** As the prompt counts them, from 1. */
  readonly face: number;
  /** A moment (s) and a point inside of it (pixels of the upright picture): finds it among the faces of the film. */
  readonly at: { readonly t: number; readonly x: number; readonly y: number };
}

/** An answer, with what it was made of. */
export interface Answer {
  readonly text: string;
  readonly finish: Explanation['finish'];
  readonly emotion: Emotion;
  /** As the server names it. */
  readonly model: string;
  /** Which modalities were used, and of the others, why not. */
  readonly modalities: readonly Modality[];
  readonly absent: Readonly<Partial<Record<Modality, string>>>;
  /** What each sentence rests on; none where it was not asked for, or could not be weighed. */
  readonly sentences: readonly SentenceEvidence[];
  /** Why it could not be weighed. */
  readonly unweighed?: string;
  readonly faces: readonly AnswerFace[];
  readonly receipt: Explanation['receipt'];
}

export interface Explainer {
  /** As it was named: a folder's last part, or the model that comes with famenet. */
  readonly name: string;
  explain(ask: Ask): Work;
  close(): Promise<void>;
}

/** What is looked at for faces (pictures a second), and what the network sees (pictures) where it does not say itself. */
const [FACES_FPS, PICTURES] = [5, 12];
/** Seconds that an utterance may end after its film: subtitles and containers round differently. */
const SLACK = 0.5;

interface ExplainerOptions {
  /** Tokens of an answer at most, whatever is asked for. */
  readonly most?: number;
  /** Milliseconds that weighing may take: a large model needs a minute for each prompt, and the answer is there already. */
  readonly patience?: number;
}

/** An explainer that opens a model's folder when it is first asked; an opening that failed is tried anew by the next question. */
export function explainerOf(
  name: string,
  folder: () => Promise<string>,
  { most = Number.POSITIVE_INFINITY, patience = 120_000 }: ExplainerOptions = {},
): Explainer {
  let opened: Promise<Fame> | undefined;
  const open = (): Promise<Fame> => {
    opened ??= (async () => (await import('../fame/index.ts')).openFame(await folder(), { later: true }))().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    name,
    explain: (ask) =>
      async function* work(told, signal) {
        told({ stage: 'opening' });
        const { explain, lookAt, modelCard, weighedSentences } = await import('../fame/index.ts'); // engines are loaded only where somebody asks
        const card = await modelCard(await folder());
        const on = modalitiesOf(ask, card?.modalities);
        const path = on.some((modality) => modality !== 'T') ? ask.film?.() : undefined;
        const { turns, target, emotion } = ask;
        const maxNew = Math.min(most, ask.maxNew);
        const looking = path === undefined ? undefined : lookingOf(path, ask, on, card);
        const {
          fame,
          reports,
          seen: pictures,
        } = await lookAt(open, looking, {
          signal,
          onFaces: (done, total) => told({ stage: 'faces', done, total }),
          onPictures: () => told({ stage: 'pictures' }),
        });
        const [report, seen] = [reports.get(target), pictures.get(target)];
        const question: Question = { turns, target, emotion, faces: report };
        told({ stage: 'speaking' });
        const stream = explain(fame, question, {
          modalities: on,
          seen,
          maxNew,
          beams: card?.beams ?? 1,
          noRepeat: card?.noRepeat ?? 0,
          signal,
        });
        let made: Explanation | undefined;
        while (made === undefined) {
          const next = await stream.next();
          if (next.done) made = next.value;
          else yield next.value;
        }
        let sentences: readonly SentenceEvidence[] = [];
        let unweighed: string | undefined;
        if (ask.evidence === true) {
          const late = AbortSignal.timeout(patience);
          const onProgress = (done: number, total: number) => told({ stage: 'weighing', done, total });
          onProgress(0, 1);
          try {
            sentences = await weighedSentences(fame, question, made, { seen, signal: AbortSignal.any([signal, late]), onProgress });
          } catch (error) {
            if (signal.aborted || !late.aborted) throw error;
            unweighed = `it would have taken more than ${patience / 1000} s`;
          }
        }
        const { text, finish, receipt } = made;
        const faces = report === undefined ? [] : facesOf(report, sentences[0]?.faces ?? []);
        return {
          text,
          finish,
          emotion,
          model: name,
          modalities: on,
          absent: absentOf(ask, on, card),
          sentences,
          ...(unweighed === undefined ? {} : { unweighed }),
          faces,
          receipt,
        } satisfies Answer;
      },
    async close() {
      await opened?.then(
        (fame) => fame.dispose(),
        () => {},
      );
    },
  };
}

/** What was asked for, else what the model prefers, else all; without a film the words. Throws JOB_FILM. */
function modalitiesOf({ film, modalities }: Ask, preferred: readonly Modality[] = MODALITIES): readonly Modality[] {
  if (film !== undefined) return MODALITIES.filter((modality) => (modalities ?? preferred).includes(modality));
  if (modalities === undefined || modalities.every((modality) => modality === 'T')) return ['T'];
  throw new FameError('JOB_FILM', 'What is seen needs a film', {
    at: 'modalities',
    expected: 'a file',
    got: 'none',
    fix: 'name the file, or ask for T only',
  });
}

/** Why a modality was not used. */
function absentOf({ film, modalities }: Ask, on: readonly Modality[], card: ModelCard | undefined): Answer['absent'] {
  const why =
    film === undefined
      ? 'there is no film'
      : modalities === undefined
        ? (card?.why ?? 'the model does without')
        : 'left out of the question';
  return Object.fromEntries(MODALITIES.filter((modality) => !on.includes(modality)).map((modality) => [modality, why]));
}

/** What is looked at of a film: nothing of it that is shown or said after the turn's end. Throws JOB_TIMES, as the check of the film does. */
function lookingOf(path: string, { turns, target }: Ask, on: readonly Modality[], card: ModelCard | undefined): Looking {
  const refused = (i: number, expected: string, got: string) =>
    new FameError('JOB_TIMES', 'The dialogue does not say when things are said in this film', {
      at: `utterance ${i}`,
      expected,
      got,
      fix: 'add the times of this film, in seconds from its beginning, or ask for T only',
    });
  const told = turns.slice(0, target + 1);
  const untimed = told.findIndex(({ start, end }) => start === undefined || end === undefined);
  if (untimed >= 0) throw refused(untimed, 'a start and an end in seconds of the film', 'none');
  const check = ({ duration }: Probe) => {
    const late = told.findIndex(({ end }) => end! > duration + SLACK);
    if (late >= 0) throw refused(late, `an end within the film's ${duration.toFixed(1)} s`, `${told[late]!.end} s`);
  };
  const settings = { all: false, frames: card?.frames ?? PICTURES, fps: FACES_FPS };
  return { video: path, check, utterances: turns, targets: [target], faces: on.includes('E'), pictures: on.includes('V'), ...settings };
}

/** Where the faces of an answer can be found in the film: the middle of each where it was seen best. */
function facesOf({ tracks }: FacesReport, faces: readonly { readonly face: number; readonly track: number }[]): AnswerFace[] {
  return faces.flatMap(({ face, track }) => {
    const frames = tracks.find(({ id }) => id === track)?.frames ?? [];
    const [best] = frames.toSorted((a, b) => b.score - a.score);
    if (best === undefined) return [];
    const [x, y, width, height] = best.box;
    return [{ face, at: { t: best.t, x: Math.round(x + width / 2), y: Math.round(y + height / 2) } }];
  });
}
