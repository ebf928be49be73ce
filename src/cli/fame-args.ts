/** What `explain`, `train` and `predict` ask for alike: the data, the network, and what it looks at. */
import { FRAMES, MINI, type Modality, miniFolder, TEMPLATES, type TemplateName } from '../fame/index.ts';
import { PROVIDERS } from '../graph/protocol.ts';
import { choice, integer, path } from './command.ts';

/** The combinations of the paper's Table 4, in the letters of its columns. */
export const COMBINATIONS = ['VTE', 'VT', 'VE', 'TE', 'V', 'T', 'E'] as const;

/** The list that these letters stand for. */
export const modalitiesOf = (letters: (typeof COMBINATIONS)[number]): Modality[] => [...letters] as Modality[]; // each is written in these letters

/** The folder that `--model` names: FAME-mini's, which comes with famenet, by the word `mini`. @throws UsageError EXPLAIN_MODEL, USAGE_PATH */
export async function theModel(word: string): Promise<string> {
  if (word === MINI) return miniFolder();
  path({ mustExist: true, is: 'folder' }).parse([word], '--model');
  return word;
}

/** Arguments of one meaning, in commands that name them one by one where help shall show them. */
export const FAME_ARGS = {
  meld: path({ mustExist: true, is: 'folder', about: "folder of MELD's tables, for the turns before each statement of ECEM" }),
  films: path({ mustExist: true, is: 'folder', about: "folder of ECEM's films; films beside the data set where absent" }),
  model: path({
    required: true,
    env: 'FAMENET_MODEL',
    about: 'folder of a LLaVA or a language model, as transformers saves it, or mini',
  }),
  vision: path({ mustExist: true, is: 'folder', about: "folder of CLIP, where it is not in the model's" }),
  template: choice(Object.keys(TEMPLATES) as TemplateName[], {
    about: "how the model wants to be asked; the tokenizer's own where absent",
  }),
  modalities: choice(COMBINATIONS, { default: 'VTE', about: 'what is looked at: V video, T words, E faces' }),
  frames: integer({ min: 1, max: 1000, default: FRAMES, about: 'pictures that the model sees of each film' }),
  provider: choice(PROVIDERS, { default: 'cpu', env: 'FAMENET_PROVIDER', about: 'where the networks run' }),
  threads: integer({ min: 1, max: 256, about: "threads inside one operator; the machine's cores where absent" }),
} as const;
