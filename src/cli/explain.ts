import { FACES_FPS } from '../faces/film.ts';
import type { Gradient } from '../fame/attribution.ts';
import { MINI, modelCard } from '../fame/mini.ts';
import { TEMPLATES, type TemplateName } from '../fame/template.ts';
import { PROVIDERS } from '../graph/protocol.ts';
import { choice, command, flag, integer, number, path, text, type Values } from './command.ts';
import { lookAt } from './explain-look.ts';
import type { Explained } from './explain-print.ts';
import {
  defaultModalities,
  faceLabel,
  givenLabel,
  type Label,
  noLabel,
  theEmotion,
  theModalities,
  theTargets,
  timeCheck,
} from './explain-question.ts';
import { whatIsSaid } from './explain-speech.ts';
import { theModel } from './fame-args.ts';

/** Pictures that are looked at: CLIP-L takes about 3 s for each on two cores. */
const PICTURES = 12;

/** Loaded behind what looks at the film, which takes longest. */
const answering = () => import('./explain-one.ts');

const ARGS = {
  video: path({ positional: true, required: false, about: 'the video of the dialogue; without it only the words are asked about' }),
  dialogue: path({ mustExist: true, is: 'file', about: 'who says what when: JSON, .srt or .vtt, in seconds of the video' }),
  speech: path({
    mustExist: true,
    is: 'folder',
    env: 'FAMENET_SPEECH',
    about: 'folder of speech models, as sherpa-onnx publishes them: they write the dialogue down where --dialogue is absent',
  }),
  language: text({ about: 'with --speech: two letters that Whisper knows; it finds out where absent' }),
  diarise: flag({ about: 'with --speech: tell voices apart' }),
  utterance: text({ default: 'last', about: 'which one to explain, from 0, or last' }),
  all: flag({ about: 'explain every utterance that is not neutral' }),
  emotion: text({ default: 'auto', about: "which emotion; auto takes the dialogue's, else the reading of the speaker's face" }),
  model: path({
    default: MINI,
    env: 'FAMENET_MODEL',
    about: 'folder of a LLaVA or a language model, as transformers saves it; mini comes with famenet',
  }),
  vision: path({ mustExist: true, is: 'folder', about: "folder of CLIP, where it is not in the model's" }),
  projector: path({ mustExist: true, about: "file or folder of g, where it is not in the model's" }),
  template: choice(Object.keys(TEMPLATES) as TemplateName[], {
    about: "how the model wants to be asked; the tokenizer's own where absent",
  }),
  modalities: text({
    about: 'letters of V (video), T (words) and E (faces); where absent what the model prefers, else VTE; T without a video',
  }),
  frames: integer({
    min: 1,
    max: 1000,
    about: `pictures that the model sees, spread up to the end of the utterance; where absent what the model prefers, else ${PICTURES}`,
  }),
  fps: number({ min: 0.1, max: 120, default: FACES_FPS, about: 'pictures a second that are looked at for faces' }),
  maxNew: integer({ min: 1, default: 256, about: 'most new tokens' }),
  beam: integer({
    min: 1,
    max: 64,
    about: 'search with so many beams: words appear as soon as all of them agree; where absent what the model prefers, else 1',
  }),
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
    'famenet explain scene.mp4 --dialogue scene.srt',
    'famenet explain scene.mp4 --dialogue scene.json --utterance 4 --emotion anger --model ./llava --evidence',
    'famenet explain scene.mp4 --speech models/parakeet-tdt',
    'famenet explain --dialogue talk.json --emotion sadness --model ./tinyllama --json',
    'famenet explain scene.mp4 --dialogue scene.json --all --model ./vicuna --vision ./clip --projector g.safetensors --json',
  ],
  args: ARGS,
  async run({ args, out, signal }) {
    const { video, modalities: letters, all } = args;
    const named = letters === undefined ? undefined : theModalities(letters, video);
    const emotion = theEmotion(args.emotion);
    const told = await whatIsSaid(args, out, signal);
    const { utterances } = told;
    const targets = theTargets(args.utterance, all, utterances);
    const labels = new Map(targets.map((index) => [index, givenLabel(emotion, utterances[index]!)]));
    const unlabelled = [...labels.values()].includes(undefined);
    if (unlabelled && video === undefined && !all) throw noLabel(targets[0]!, false);
    const model = await theModel(args.model);
    const card = await modelCard(model);
    const asked = named ?? defaultModalities(video, card);
    const { on } = asked;
    const { frames = card?.frames ?? PICTURES, beam: beams = args.temperature > 0 ? 1 : (card?.beams ?? 1) } = args;
    const looks = video !== undefined && (on.includes('V') || on.includes('E') || unlabelled);
    const { vision, projector, template, fps, provider, threads } = args;
    const engine = { provider, ...(threads === undefined ? {} : { threads }) };
    if (looks) path({ mustExist: true, is: 'file' }).parse([video], '<video>');
    const check = looks ? timeCheck(video, utterances, targets.at(-1)!) : undefined;
    const open = async () => {
      const [{ openFame }] = await Promise.all([import('../fame/fame.ts'), answering()]);
      return openFame(model, {
        ...engine,
        later: true,
        ...(vision === undefined ? {} : { vision }),
        ...(projector === undefined ? {} : { projector }),
        ...(template === undefined ? {} : { template }),
      });
    };
    const plain = (label: Label | undefined) => all && label?.label === 'neutral'; // nothing to explain
    const looking = check && {
      ...{ video: video!, check, utterances, all, frames, fps, provider, threads },
      targets: targets.filter((index) => !plain(labels.get(index))),
      faces: on.includes('E') || unlabelled,
      pictures: on.includes('V'),
    };
    const { fame, reports, seen } = await lookAt(open, looking, out, signal);
    const { explainOne, keptPrompt, weighingGradient } = await answering();
    const kept = all ? keptPrompt(fame.language) : undefined;
    let gradient: Promise<Gradient | undefined> | undefined;
    const weighing = () => (gradient ??= weighingGradient(fame, engine, out));
    try {
      const skipped: { index: number; why: string }[] = [];
      const documents: Explained[] = [];
      for (const index of targets) {
        const report = reports.get(index);
        const label = labels.get(index) ?? faceLabel(report, index);
        if (label === undefined && !all) throw noLabel(index, looks);
        if (label === undefined || plain(label)) {
          skipped.push({ index, why: label === undefined ? 'its emotion is not known' : 'neutral' });
          continue;
        }
        if (documents.length > 0) out.line();
        documents.push(
          await explainOne({
            fame,
            told,
            index,
            label,
            report,
            seen: seen.get(index),
            asked,
            kept,
            beams,
            noRepeat: card?.noRepeat ?? 0,
            weighing,
            args,
            out,
            signal,
          }),
        );
      }
      const unknown = skipped.filter(({ why }) => why !== 'neutral').map(({ index }) => index);
      if (unknown.length > 0)
        out.note(`Left out, as their emotion is not known: ${unknown.join(', ')}. --emotion or the dialogue can say it.`);
      if (all && documents.length === 0)
        out.line('There is nothing to explain: no utterance has an emotion that is known and not neutral.');
      out.done(all ? { explanations: documents, skipped } : documents[0]);
    } finally {
      await Promise.all([fame.dispose(), gradient?.then((opened) => opened?.dispose()).catch(() => {})]);
    }
  },
});

/** What the command was given. */
export type Settings = Values<typeof ARGS>;
