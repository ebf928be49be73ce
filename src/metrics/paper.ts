/** A table of the paper, letter by letter as it is printed. */
export interface PaperTable {
  /** `Table 2` */
  readonly name: string;
  /** What it was measured on, as far as the paper tells. */
  readonly on: string;
  /** The paper's column and the metric of ours that has the same name there. */
  readonly columns: readonly { readonly printed: string; readonly metric: string }[];
  /** Class or modality, method, and one text for each column. */
  readonly rows: readonly PaperRow[];
  /** What a reader must know before quoting it. */
  readonly notes: readonly string[];
}

export interface PaperRow {
  readonly of: string;
  readonly method: string;
  readonly printed: readonly string[];
}

/** What stands over every row of the paper that is shown beside ours. */
export const AS_PRINTED = 'as printed, other split';

/** Six columns that Tables 2 and 4 share. */
const ECEM_COLUMNS = [
  { printed: 'BLEU4', metric: 'BLEU-4' },
  { printed: 'METEOR', metric: 'METEOR' },
  { printed: 'ROUGE', metric: 'ROUGE-L' },
  { printed: 'BERTScore', metric: 'BERTScore-F1' },
  { printed: 'BLEURT', metric: 'BLEURT' },
  { printed: 'CIDEr', metric: 'CIDEr-D' },
];

const ECGC_COLUMNS = [
  ...[1, 2, 3, 4].map((order) => ({ printed: `BLEU-${order}`, metric: `BLEU-${order}` })),
  { printed: 'METEOR', metric: 'METEOR' },
  { printed: 'ROUGE-L', metric: 'ROUGE-L' },
  { printed: 'CIDEr', metric: 'CIDEr-D' },
  { printed: 'BERTScore', metric: 'BERTScore-F1' },
];

/** Table 2 has no versions and no variants: which of ours stands in a column is our reading. */
const NAMES =
  'the paper prints BLEU4, ROUGE, CIDEr and BERTScore; that they are BLEU-4, ROUGE-L, CIDEr-D and BERTScore’s F1 is our reading.';

/** Lines of a table of figures: method, a bar, the figures. */
const rowsOf = (of: string, lines: string): PaperRow[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [method = '', figures = ''] = line.split('|').map((part) => part.trim());
      return { of, method, printed: figures.split(/\s+/) };
    });

/**
 * Tables 2, 3 and 4 of Wang et al., "Generative Emotion Cause Explanation in Multimodal Conversations" (ICMR 2025), as printed. The paper tells neither how many
 * items were scored, nor by which implementations, models and seeds; its test split is not published with the data.
 */
export const PAPER_TABLES: readonly PaperTable[] = [
  {
    name: 'Table 2',
    on: 'ECEM',
    columns: ECEM_COLUMNS,
    rows: [
      ...rowsOf(
        'pre-trained small models',
        `
        IGV              | 0.0082 0.1201 0.2190 0.7920 -1.5200 0.5146
        ObG              | 0.0134 0.1791 027880 0.8131 -1.1456 0.5874
        COSA             | 0.0064 0.1261 0.2278 0.7674 -1.3576 0.5710
        VALOR            | 0.0085 0.1311 0.2581 0.7964 -1.2127 0.5264`,
      ),
      ...rowsOf(
        'LLMs',
        `
        Qwen             | 0.0105 0.1432 0.1222 0.8498 -1.0425 0.5342
        Qwen1.5          | 0.1124 0.2775 0.3157 0.7693 -0.9878 0.4759
        Qwen2            | 0.1235 0.3221 0.4045 0.8685 -0.6177 0.6638
        Baichuan2        | 0.0245 0.1354 0.1577 0.8246 -1.1124 0.5344
        LLaMA2           | 0.0106 0.1519 0.2443 0.8507 -1.1445 0.5543
        LLaMA3           | 0.0117 0.1499 0.2758 0.8617 -0.9545 0.5698
        ChatGLM3         | 0.0007 0.1857 0.1258 0.8587 -0.7099 0.6049
        ChatGLM4         | 0.0010 0.1694 0.1294 0.8629 -0.6921 0.6196`,
      ),
      ...rowsOf(
        'MLLMs',
        `
        ChatUniVi        | 0.0136 0.1331 0.1501 0.8245 -1.1092 0.4752
        Qwen2-VL         | 0.0861 0.3214 0.3634 0.8721 -0.5463 0.6557
        NExT-GPT         | 0.0945 0.1250 0.3401 0.7599 -1.2821 0.6397
        Video-LLaMA      | 0.0871 0.3324 0.3724 0.8981 -0.5463 0.6677
        Video-LLaMA2     | 0.0012 0.1785 0.1300 0.8361 -0.8779 0.6268
        LLaVA-NeXT-Video | 0.0654 0.3235 0.3966 0.8974 -0.6634 0.6788
        FAME-Net (ours)  | 0.0870 0.3423 0.4051 0.9053 -0.4789 0.6836`,
      ),
    ],
    notes: [
      NAMES,
      'ROUGE of ObG is printed as 027880; 0.2788 is probably meant.',
      'BLEURT of Qwen2-VL and of Video-LLaMA is printed as the same -0.5463.',
    ],
  },
  {
    name: 'Table 3',
    on: 'ECGC',
    columns: ECGC_COLUMNS,
    rows: [
      ...rowsOf(
        'text',
        `
        GPT-3.5           | 0.2413 0.1582 0.1157 0.0886 0.1722 0.2258 0.8518 0.6801
        Gemini-Pro        | 0.2624 0.1726 0.1272 0.0984 0.1767 0.2497 0.8926 0.6936
        T5s               | 0.4815 0.4435 0.3718 0.3403 0.2979 0.4608 2.8770 0.7619
        Flan-T5           | 0.4897 0.4212 0.3804 0.3499 0.3057 0.4751 3.0279 0.7698`,
      ),
      ...rowsOf(
        'multimodal',
        `
        Gemini-Pro-Vision | 0.2780 0.1826 0.1371 0.1085 0.1798 0.2453 0.8960 0.6960
        ObG               | 0.5011 0.4341 0.3939 0.3641 0.3008 0.4712 3.0079 0.7672
        FlanObG           | 0.4967 0.4313 0.3924 0.3631 0.3042 0.4781 3.0808 0.7711
        FAME-Net (ours)   | 0.4578 0.4214 0.3921 0.3587 0.3150 0.4786 3.1347 0.8454`,
      ),
    ],
    notes: [
      'another data set (the text also calls it ECGF). All rows but the last are taken by the authors from the paper that brought it, whose metrics are not said to be the same.',
      'what is printed as T5s is T5 in the text.',
    ],
  },
  {
    name: 'Table 4',
    on: 'ECEM, parts of FAME-Net: V vision, T text, E faces',
    columns: ECEM_COLUMNS,
    rows: rowsOf(
      'ablation',
      `
      V     | 0.0375 0.2217 0.2455 0.8850 -0.9061 0.5572
      V+E   | 0.0695 0.3058 0.3427 0.8960 -0.7715 0.6259
      V+T   | 0.0700 0.3233 0.3771 0.8977 -0.7215 0.6626
      V+T+E | 0.0870 0.3423 0.4051 0.9053 -0.4789 0.6836`,
    ),
    notes: [
      'the gains of 7.1 %, 2.5 % and 7.3 % in the paper’s text do not follow from this table (which the text calls Table 5).',
      'there is no row for text alone.',
    ],
  },
];

/** A printed figure as a number; undefined for one that is none (`027880`). */
export function printedNumber(printed: string): number | undefined {
  return /^-?\d\.\d+$/.test(printed) ? Number(printed) : undefined;
}

/** Table 6: people's ratings from 1 to 5, means of three raters. */
export const HUMAN_TABLE: PaperTable = {
  name: 'Table 6',
  on: 'ECEM, ratings from 1 to 5',
  columns: [
    { printed: 'Coh', metric: 'coherence' },
    { printed: 'Flu', metric: 'fluency' },
    { printed: 'Rel', metric: 'relevance' },
  ],
  rows: rowsOf(
    'human evaluation',
    `
    LLaVA-NeXT-Video | 3.91 4.14 3.85
    Video-LLaMA      | 4.05 4.24 3.99
    Video-LLaMA2     | 3.97 4.17 3.89
    FAME-Net (ours)  | 4.15 4.31 4.01`,
  ),
  notes: [
    'three students rated 100 samples; the paper prints neither their agreement nor intervals nor tests, and its ratings are not published.',
    'the four are called the best-performing; by its own Table 2 Video-LLaMA2 is not among the best four in any column.',
  ],
};
