/** The network behind the server's explanations: opened when it is first asked, and kept. */
import type { Emotion } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import type { Utterance } from '../data/index.ts';
import type { FacesReport } from '../faces/index.ts';
import type { Explanation, Fame } from '../fame/index.ts';
import { MODALITIES, type Modality, type Question } from '../fame/prompt.ts';
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
}

/** An answer, with what it was made of. */
export interface Answer {
  readonly text: string;
  readonly finish: Explanation['finish'];
  readonly emotion: Emotion;
  /** Which modalities were used. */
  readonly modalities: readonly Modality[];
  readonly receipt: Explanation['receipt'];
}

export interface Explainer {
  /** As it was named: a folder's last part, or the model that comes with famenet. */
  readonly name: string;
  explain(ask: Ask): Work;
  close(): Promise<void>;
}

/** What is looked at for faces (pictures a second), and what the network sees (pictures). */
const [FACES_FPS, PICTURES] = [5, 12];

/** An explainer that opens a model's folder when it is first asked; an opening that failed is tried anew by the next question. */
export function explainerOf(name: string, folder: () => Promise<string>): Explainer {
  let opened: Promise<Fame> | undefined;
  const open = (): Promise<Fame> => {
    opened ??= (async () => (await import('../fame/index.ts')).openFame(await folder()))().catch((error) => {
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
        const { explain, modelCard, see } = await import('../fame/index.ts'); // engines are loaded only where somebody asks
        const fame = await open();
        const on = modalitiesOf(ask, (await modelCard(await folder()))?.modalities);
        const path = on.some((modality) => modality !== 'T') ? ask.film?.() : undefined;
        const { turns, target, emotion, maxNew } = ask;
        const question: Question = { turns, target, emotion };
        const faces = path !== undefined && on.includes('E') ? await facesBefore(path, ask, told, signal) : undefined;
        if (path !== undefined && on.includes('V')) told({ stage: 'pictures' });
        const seen =
          path !== undefined && on.includes('V') ? await see(fame, question, { video: path, count: PICTURES, signal }) : undefined;
        told({ stage: 'speaking' });
        const stream = explain(fame, { ...question, faces }, { modalities: on, seen, maxNew, signal });
        for (;;) {
          const next = await stream.next();
          if (!next.done) yield next.value;
          else
            return {
              text: next.value.text,
              finish: next.value.finish,
              emotion,
              modalities: on,
              receipt: next.value.receipt,
            } satisfies Answer;
        }
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
  if (film !== undefined) return modalities ?? preferred;
  if (modalities === undefined || modalities.every((modality) => modality === 'T')) return ['T'];
  throw new FameError('JOB_FILM', 'What is seen needs a film', {
    at: 'modalities',
    expected: 'a file',
    got: 'none',
    fix: 'name the file, or ask for T only',
  });
}

/** The faces that are shown before the turn ends: nothing that comes later has a part in them. Throws JOB_TIMES. */
async function facesBefore(path: string, { turns, target }: Ask, told: Parameters<Work>[0], signal: AbortSignal): Promise<FacesReport> {
  const { facesOfVideo, openFaceNetworks } = await import('../faces/index.ts');
  const utterances = turns.slice(0, target + 1).map(({ start, end, ...turn }, i) => {
    if (start !== undefined && end !== undefined) return { ...turn, start, end };
    throw new FameError('JOB_TIMES', 'The dialogue does not say when things are said', {
      at: `utterance ${i}`,
      expected: 'a start and an end in seconds of the film',
      fix: 'add them, or ask for T only',
    });
  });
  const networks = openFaceNetworks({});
  try {
    return await facesOfVideo(path, networks, {
      fps: FACES_FPS,
      until: utterances[target]!.end,
      utterances,
      signal,
      onProgress: ({ frames, total }) => told({ stage: 'faces', done: frames, total }),
    });
  } finally {
    await networks.then(
      (opened) => opened.dispose(),
      () => {},
    );
  }
}
