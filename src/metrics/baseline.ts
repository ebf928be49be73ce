import { readCsv } from '../base/csv.ts';
import { FameError } from '../base/errors.ts';
import { readTextFile } from '../base/file.ts';

/** Scores of unrelated sentences, which rescaling maps to 0. */
export interface Baseline {
  readonly p: number;
  readonly r: number;
  readonly f: number;
}

/** Published with bert_score 0.3.13 (`rescale_baseline/en`), by model and layer; here the layers that it recommends. Raw scores of unrelated English sentences lie that high. */
export const BASELINES: Readonly<Record<string, Baseline>> = {
  'bert-base-multilingual-cased_L9': { p: 0.6320527, r: 0.6320019, f: 0.63146895 },
  'bert-base-uncased_L9': { p: 0.35375935, r: 0.3537393, f: 0.35219112 },
  'bert-large-uncased_L18': { p: 0.4278576, r: 0.42786714, f: 0.42646673 },
  'deberta-xlarge-mnli_L40': { p: 0.5169066, r: 0.5170288, f: 0.5150192 },
  'distilroberta-base_L5': { p: 0.84732, r: 0.84759504, f: 0.8473319 },
  'roberta-base_L10': { p: 0.8146725, r: 0.8146619, f: 0.814463 },
  'roberta-large_L16': { p: 0.8341641, r: 0.8341684, f: 0.833912 },
  'roberta-large_L17': { p: 0.83150584, r: 0.8314941, f: 0.83122575 },
  'roberta-large_L18': { p: 0.8314624, r: 0.83146274, f: 0.8311686 },
  'roberta-large-mnli_L19': { p: 0.6901594, r: 0.69018, f: 0.6896288 },
  'xlm-roberta-base_L9': { p: 0.81658614, r: 0.8165717, f: 0.81639785 },
  'xlm-roberta-large_L17': { p: 0.85291016, r: 0.8529066, f: 0.8525485 },
};

/** The published baseline of a model, by an encoder's name with or without the fingerprint behind it. @throws FameError METRIC_BASELINE where none is known */
export function publishedBaseline(encoder: string): Baseline {
  const name = encoder.replace(/_[0-9a-f]{12}$/, '');
  const found = Object.hasOwn(BASELINES, name) ? BASELINES[name] : undefined;
  if (found) return found;
  throw new FameError('METRIC_BASELINE', 'No published baseline to rescale BERTScore with', {
    expected: Object.keys(BASELINES).join(', '),
    got: name,
    fix: 'leave out --rescale, or give --baseline FILE: rescale_baseline/<language>/<model>.tsv of bert_score',
  });
}

/** One layer of a table as bert_score keeps them: the columns LAYER, P, R, F, parted by commas or tabs. @throws FameError METRIC_BASELINE, CSV_…, FILE_… */
export async function readBaseline(file: string, layer: number): Promise<Baseline> {
  const rows = readCsv(await readTextFile(file), file, ['LAYER', 'P', 'R', 'F']);
  const row = rows.find(({ values }) => Number(values.LAYER) === layer);
  const [p, r, f] = ['P', 'R', 'F'].map((column) => (row?.values[column] === '' ? Number.NaN : Number(row?.values[column]))) as [
    number,
    number,
    number,
  ];
  if ([p, r, f].every((value) => Math.abs(value) < 1)) return { p, r, f };
  throw new FameError('METRIC_BASELINE', 'The baseline file has no row that can be used', {
    at: row ? `${file}:${row.line}` : file,
    expected: `layer ${layer} with P, R and F below 1`,
    got: row ? JSON.stringify(row.values) : `layers ${rows.map(({ values }) => values.LAYER).join(', ')}`,
    fix: 'take the file of this model, or another --layer',
  });
}
