/** What `explain`, `train` and `predict` ask for alike: the data, the network, and what it looks at. */
import { FRAMES } from '../fame/frames.ts';
import { MINI, miniFolder, modelCard } from '../fame/mini.ts';
import { MODALITIES, type Modality } from '../fame/prompt.ts';
import { TEMPLATES, type TemplateName } from '../fame/template.ts';
import { PROVIDERS } from '../graph/protocol.ts';
import { choice, integer, path } from './command.ts';
import type { Out } from './out.ts';

/** The combinations of the paper's Table 4, in the letters of its columns. */
export const COMBINATIONS = ['VTE', 'VT', 'VE', 'TE', 'V', 'T', 'E'] as const;

type Combination = (typeof COMBINATIONS)[number];

/** The list that these letters stand for. */
export const modalitiesOf = (letters: Combination): Modality[] => [...letters] as Modality[]; // each is written in these letters

/** What is looked at, and where the model has decided that, why. */
export interface Looked {
  readonly on: readonly Modality[];
  /** The same in the letters of Table 4. */
  readonly letters: string;
  readonly why?: string;
  /** Pictures of a film. */
  readonly frames: number;
  /** Of a search where nothing is drawn. */
  readonly beams: number;
  readonly noRepeat: number;
}

/** The modalities and the number of pictures that are named, else those that the model in this folder prefers, else all. Says so where it is the model that leaves one out. @throws as `modelCard` */
export async function lookedAt(
  { modalities: named, frames: count }: { readonly modalities: Combination | undefined; readonly frames: number | undefined },
  folder: string,
  out: Pick<Out, 'note'>,
): Promise<Looked> {
  const card = await modelCard(folder);
  const counts = { frames: count ?? card?.frames ?? FRAMES, beams: card?.beams ?? 1, noRepeat: card?.noRepeat ?? 0 };
  if (named !== undefined) return { on: modalitiesOf(named), letters: named, ...counts };
  const on = card?.modalities ?? MODALITIES;
  const letters = on.join('');
  if (card === undefined) return { on, letters, ...counts };
  const left = MODALITIES.filter((m) => !on.includes(m));
  if (left.length > 0)
    out.note(`With ${letters}, without ${left.join(' and ')}: ${card.why}. --modalities ${MODALITIES.join('')} takes everything.`);
  return { on, letters, why: card.why, ...counts };
}

/** The folder that `--model` names: FAME-mini's, which comes with famenet, by the word `mini`. @throws UsageError EXPLAIN_MODEL, USAGE_PATH */
export async function theModel(word: string): Promise<string> {
  if (word === MINI) return miniFolder();
  path({ mustExist: true, is: 'folder' }).parse([word], '--model');
  return word;
}

/** Arguments of one meaning, in commands that name them one by one where help shall show them. */
export const FAME_ARGS = {
  meld: path({ mustExist: true, is: 'folder', about: "folder of MELD's tables, for the turns before each statement of ECEM" }),
  films: path({
    mustExist: true,
    is: 'folder',
    about: "folder of the films; where absent films in the data set's folder, or beside it as build makes them",
  }),
  model: path({
    required: true,
    env: 'FAMENET_MODEL',
    about: 'folder of a LLaVA or a language model, as transformers saves it, or mini',
  }),
  vision: path({ mustExist: true, is: 'folder', about: "folder of CLIP, where it is not in the model's" }),
  template: choice(Object.keys(TEMPLATES) as TemplateName[], {
    about: "how the model wants to be asked; the tokenizer's own where absent",
  }),
  modalities: choice(COMBINATIONS, {
    about: 'what is looked at: V video, T words, E faces; where absent what the model prefers, else VTE',
  }),
  frames: integer({
    min: 1,
    max: 1000,
    about: `pictures that the model sees of each film; where absent what the model prefers, else ${FRAMES}`,
  }),
  provider: choice(PROVIDERS, { default: 'cpu', env: 'FAMENET_PROVIDER', about: 'where the networks run' }),
  threads: integer({ min: 1, max: 256, about: "threads inside one operator; the machine's cores where absent" }),
} as const;
