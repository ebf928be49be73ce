/** Table 1 of Wang et al., "Generative Emotion Cause Explanation in Multimodal Conversations" (ICMR 2025), as printed. */
export interface PrintedSet {
  readonly name: string;
  /** Which of text, audio and video it has. */
  readonly has: readonly ('T' | 'A' | 'V')[];
  readonly task: string;
  readonly cause: 'Extractive' | 'Generative';
  readonly scene: string;
  /** Instances, and their unit: document, post, sentence, utterance or video. */
  readonly instances: string;
  /** Mean words of an explanation, where the paper says it (§1, §3.2); it does not say what a word is. */
  readonly words?: number;
}

const row = (line: string): PrintedSet => {
  const [name, has, task, cause, scene, instances, words] = line.split('|').map((cell) => cell.trim()) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  return {
    name,
    has: [...has] as PrintedSet['has'],
    task,
    cause: cause as PrintedSet['cause'],
    scene,
    instances,
    ...(words === undefined ? {} : { words: Number(words) }),
  };
};

export const PRINTED_SETS: readonly PrintedSet[] = `
ECE Corpus       | T   | ECE   | Extractive | News         | 2,105 d
NTCIR-13-ECA     | T   | ECA   | Extractive | Fiction      | 2,403 d
Weibo-Emotion    | T   | ECD   | Extractive | Blog         | 7,000 p
REMAN            | T   | ECD   | Extractive | Fiction      | 1,720 d
GoodNewsEveryone | T   | ECD   | Extractive | News         | 5,000 s
MHD              | TV  | HD    | Extractive | Sitcom       | 13,633 u
UR-FUNNY         | TAV | HD    | Extractive | Speech       | 16,514 u
MUStARD          | TAV | SD    | Extractive | Sitcom       | 6,365 v
WITS             | TAV | SD    | Generative | Sitcom       | 2,240 u
SMILE            | TAV | HD    | Generative | Sitcom&Talks | 887 v
ExFunTube        | TAV | HD    | Generative | Youtube      | 10,136 v
RECCON-IE        | T   | ECE   | Extractive | Conv         | 665 u
RECCON-DD        | T   | ECE   | Extractive | Conv         | 11,104 u
ConvECPE         | T   | ECPE  | Extractive | Conv         | 7,433 u
ECF              | TAV | MECPE | Extractive | Conv         | 13,619 u
ECGF             | TAV | MECGC | Generative | Conv         | 13,619 u | 8.64
ECEM             | TAV | MECEC | Generative | Conv         | 7,273 u  | 14.4
`
  .trim()
  .split('\n')
  .map(row);

/** What must be known before these rows are quoted. */
export const PRINTED_NOTES: readonly string[] = [
  'Rows marked † are printed by Wang et al. (2025), Table 1, and were not counted again here.',
  'The paper counts unlike things as instances: 13,619 are all utterances of ECF, 7,273 are the explained ones of ECEM.',
  'Figures 3 and 4 are pictures without numbers in the text: of them only the means are printed, 14.4 words (ECEM) and 8.64 (ECGF), without saying what a word is.',
];
