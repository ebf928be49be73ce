import { FameError, UsageError } from '../base/errors.ts';
import type { Utterance } from '../data/index.ts';
import { FACES_FPS, type FacesReport, facesOfVideo, openFaceNetworks } from '../faces/index.ts';
import {
  type Explanation,
  explain,
  type Fame,
  type Gradient,
  given,
  type Modality,
  openFame,
  openGradient,
  promptOf,
  type Question,
  see,
  TEMPLATES,
  type TemplateName,
  visionOf,
  weighed,
} from '../fame/index.ts';
import { PROVIDERS } from '../graph/protocol.ts';
import { choice, command, flag, integer, number, path, text, type Values } from './command.ts';
import { documentOf, type Explained, printEvidence, printQuestion } from './explain-print.ts';
import {
  checkTimes,
  faceLabel,
  givenLabel,
  type Label,
  noLabel,
  theDialogue,
  theEmotion,
  theModalities,
  theTargets,
} from './explain-question.ts';
import type { Out } from './out.ts';

/** Pictures that are looked at: CLIP-L takes about 3 s for each on two cores. */
const PICTURES = 12;

const ARGS = {
  video: path({ positional: true, required: false, about: 'the video of the dialogue; without it only the words are asked about' }),
  dialogue: path({ mustExist: true, is: 'file', about: 'who says what when: JSON, .srt or .vtt, in seconds of the video' }),
  utterance: text({ default: 'last', about: 'which one to explain, from 0, or last' }),
  all: flag({ about: 'explain every utterance that is not neutral' }),
  emotion: text({ default: 'auto', about: "which emotion; auto takes the dialogue's, else the reading of the speaker's face" }),
  model: path({ env: 'FAMENET_MODEL', about: 'folder of a LLaVA or a language model, as transformers saves it' }),
  vision: path({ mustExist: true, is: 'folder', about: "folder of CLIP, where it is not in the model's" }),
  projector: path({ mustExist: true, about: "file or folder of g, where it is not in the model's" }),
  template: choice(Object.keys(TEMPLATES) as TemplateName[], {
    about: "how the model wants to be asked; the tokenizer's own where absent",
  }),
  modalities: text({ about: 'letters of V (video), T (words) and E (faces); VTE with a video, else T' }),
  frames: integer({ min: 1, max: 1000, default: PICTURES, about: 'pictures that the model sees, spread up to the end of the utterance' }),
  fps: number({ min: 0.1, max: 120, default: FACES_FPS, about: 'pictures a second that are looked at for faces' }),
  maxNew: integer({ min: 1, default: 256, about: 'most new tokens' }),
  beam: integer({ min: 1, max: 64, default: 1, about: 'search with so many beams; the text appears at the end' }),
  temperature: number({ min: 0, max: 10, default: 0, about: '0 always takes the likeliest token' }),
  seed: integer({ default: 0, about: 'fixes what is drawn' }),
  evidence: flag({ about: 'weigh what the answer leans on: each turn and modality left out, and gradient × input' }),
  provider: choice(PROVIDERS, { default: 'cpu', env: 'FAMENET_PROVIDER', about: 'where the networks run' }),
  threads: integer({ min: 1, max: 256, about: "threads inside one operator; the machine's cores where absent" }),
} as const;

export default command({
  name: 'explain',
  about: 'Say why a speaker shows an emotion in a dialogue, and what the answer leans on',
  examples: [
    'famenet explain scene.mp4 --dialogue scene.srt --model ./llava',
    'famenet explain scene.mp4 --dialogue scene.json --utterance 4 --emotion anger --model ./llava --evidence',
    'famenet explain --dialogue talk.json --emotion sadness --model ./tinyllama --json',
    'famenet explain scene.mp4 --dialogue scene.json --all --model ./vicuna --vision ./clip --projector g.safetensors --json',
  ],
  args: ARGS,
  async run({ args, out, signal }) {
    const on = theModalities(args.modalities, args.video);
    const emotion = theEmotion(args.emotion);
    const { utterances } = await theDialogue(args.dialogue);
    const targets = theTargets(args.utterance, args.all, utterances);
    const labels = targets.map((index) => givenLabel(emotion, utterances[index]!));
    const unlabelled = labels.some((label) => label === undefined);
    const looks = args.video !== undefined && (on.includes('V') || on.includes('E') || unlabelled);
    if (!looks && !args.all && unlabelled) throw noLabel(targets[0]!, false);
    const engine = { provider: args.provider, ...(args.threads === undefined ? {} : { threads: args.threads }) };
    const model = theModel(args.model);
    if (looks) {
      path({ mustExist: true, is: 'file' }).parse([args.video!], '<video>');
      await checkTimes(args.video!, utterances, targets.at(-1)!, signal);
    }
    const { vision, projector, template } = args;
    const fame = await openFame(model, {
      ...engine,
      ...(vision === undefined ? {} : { vision }),
      ...(projector === undefined ? {} : { projector }),
      ...(template === undefined ? {} : { template }),
    });
    let gradient: Gradient | undefined;
    try {
      if (on.includes('V')) visionOf(fame); // refused before minutes go into faces
      const facing = looks && (on.includes('E') || unlabelled);
      const report = facing ? await facesUntil(utterances.slice(0, targets.at(-1)! + 1), args, out, signal) : undefined;
      if (args.evidence) gradient = await openGradient(model, engine).catch((e) => withoutGradient(e, out));
      const skipped: { index: number; why: string }[] = [];
      const documents: Explained[] = [];
      for (const [i, index] of targets.entries()) {
        const label = labels[i] ?? faceLabel(report, index);
        if (label === undefined && !args.all) throw noLabel(index, looks);
        if (label === undefined || (args.all && label.label === 'neutral')) {
          skipped.push({ index, why: label === undefined ? 'its emotion is not known' : 'neutral' });
          continue;
        }
        if (documents.length > 0) out.line();
        documents.push(await explainOne({ fame, utterances, index, label, report, on, gradient, args, out, signal }));
      }
      const unknown = skipped.filter(({ why }) => why !== 'neutral').map(({ index }) => index);
      if (unknown.length > 0)
        out.note(`Left out, as their emotion is not known: ${unknown.join(', ')}. --emotion or the dialogue can say it.`);
      if (args.all && documents.length === 0)
        out.line('There is nothing to explain: no utterance has an emotion that is known and not neutral.');
      out.done(args.all ? { explanations: documents, skipped } : documents[0]);
    } finally {
      await Promise.all([fame.dispose(), gradient?.dispose()]);
    }
  },
});

type Settings = Values<typeof ARGS>;

interface One {
  readonly fame: Fame;
  readonly utterances: readonly Utterance[];
  readonly index: number;
  readonly label: Label;
  readonly report: FacesReport | undefined;
  readonly on: readonly Modality[];
  readonly gradient: Gradient | undefined;
  readonly args: Settings;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** Asks about one utterance and prints as the model speaks. */
async function explainOne({ fame, utterances, index, label, report, on, gradient, args, out, signal }: One): Promise<Explained> {
  const faces = on.includes('E') ? report : undefined;
  const question: Question = { turns: utterances, target: index, emotion: label.label, faces };
  printQuestion(utterances, index, label, report, out);
  const seen = on.includes('V') ? await see(fame, question, { video: args.video!, count: args.frames, signal }) : undefined;
  const { maxNew, beam: beams, temperature, seed } = args;
  const stream = explain(fame, question, { modalities: on, seen, maxNew, beams, temperature, seed, signal });
  let made: Explanation | undefined;
  while (made === undefined) {
    const next = await stream.next();
    if (next.done) made = next.value;
    else out.text(next.value);
  }
  if (made.ids.length === 0) out.note('The model ended its answer at once, so there is nothing to weigh.');
  const evidence =
    args.evidence && made.ids.length > 0
      ? await weighed(fame, question, made, { seen, gradient, signal })
      : given(question, promptOf(fame, question, made, seen), made.receipt.frames);
  const document = documentOf(index, utterances[index]!, label, made, evidence, {
    video: seen || report ? args.video : undefined,
    dialogue: args.dialogue!,
    report,
  });
  printEvidence(document, made, out);
  return document;
}

/** Faces with the utterances up to the last one that is asked about: later words do not help to say who speaks. */
async function facesUntil(utterances: readonly Utterance[], args: Settings, out: Out, signal: AbortSignal): Promise<FacesReport> {
  const networks = await openFaceNetworks({ provider: args.provider, threads: args.threads });
  try {
    return await facesOfVideo(args.video!, networks, {
      fps: args.fps,
      utterances: utterances.map((u) => ({ ...u, start: u.start!, end: u.end! })),
      signal,
      onProgress: ({ frames, total }) => out.progress({ done: frames, total, unit: 'frames', label: 'Faces' }),
    });
  } finally {
    await networks.dispose();
  }
}

function theModel(folder: string | undefined): string {
  if (folder !== undefined && folder !== 'mini') return path({ mustExist: true, is: 'folder' }).parse([folder], '--model') as string;
  throw new UsageError('EXPLAIN_MODEL', 'There is no model to ask, and famenet does not bring one yet', {
    at: '--model',
    expected: 'the folder of a LLaVA, or of a language model for words alone',
    got: folder ?? 'none',
    fix: '`famenet models list` names some, `famenet models pull` fetches one; then --model FOLDER, or FAMENET_MODEL',
  });
}

/** Packed weights have no gradient; what masking says is still worth having. */
function withoutGradient(e: unknown, out: Out): undefined {
  if (!(e instanceof FameError) || e.code !== 'FAME_PACKED') throw e;
  out.note('The model is packed, so it has no gradient: evidence comes without shares.');
  return undefined;
}
