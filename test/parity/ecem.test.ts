import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AnyMetric,
  bleu,
  ciderD,
  type EmotionItem,
  type Measured,
  measure,
  meteor,
  openParaphrases,
  openWordNet,
  type Paraphrases,
  rougeL,
  type Segment,
  tokenise,
  type WordNet,
} from '../../src/metrics/index.ts';
import { ptb } from '../../src/text/ptb.ts';
import { readEcem, systems } from '../support/ecem.ts';

/** What pycocoevalcap computed: test/fixtures/ecem-metrics/make.py. Numbers are float64 in base64. */
const expected = JSON.parse(readFileSync(new URL('../fixtures/ecem-metrics/expected.json', import.meta.url), 'utf8')) as {
  readonly files: Readonly<Record<Part, string>>;
  readonly tokens: Readonly<Record<Part, string>>;
  readonly systems: Readonly<
    Record<string, { readonly corpus: Readonly<Record<string, number>>; readonly perItem: Readonly<Record<string, string>> }>
  >;
};
type Part = 'dev' | 'train';

const doubles = (text: string) => {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
};

// ECEM is not ours to ship.
const folder = process.env.FAMENET_ECEM;
const table = process.env.FAMENET_PARAPHRASES;

describe.skipIf(!folder)(`ECEM and pycocoevalcap${folder ? '' : ' (set FAMENET_ECEM to the folder of dev.json and train.json)'}`, () => {
  let parts: Record<Part, EmotionItem[]>;
  let candidates: Map<string, Segment[]>;
  let resources: Promise<[WordNet, Paraphrases]> | undefined;
  beforeAll(() => {
    for (const [part, sha] of Object.entries(expected.files)) {
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder!, `${part}.json`)))
          .digest('hex'),
        `${part}.json is another release`,
      ).toBe(sha);
    }
    parts = { dev: readEcem(folder!, 'dev'), train: readEcem(folder!, 'train') };
    candidates = systems(parts.train, parts.dev);
  });
  const run = (metric: AnyMetric, name: string): Promise<Measured> =>
    measure(metric, tokenise(candidates.get(name)!, 'ptb'), { tokenizer: 'ptb' });
  const items = ({ metric, stats }: Measured) => stats.map((s) => metric.corpus([s]));

  test.each([
    ['dev', 1346, 0],
    ['train', 8157, 1], // "Co." with the debris of an apostrophe behind it
  ] as const)('the %s part: of %i sentences %i have other tokens', (part, count, others) => {
    const sentences = new Set(parts[part].flatMap(({ refs, about }) => [refs[0]!, about.text]));
    expect(sentences.size).toBe(count);
    const hashes = Buffer.from(expected.tokens[part], 'base64');
    const same = [...sentences].filter((sentence, i) =>
      createHash('sha256')
        .update(ptb(sentence).join(' '))
        .digest()
        .subarray(0, 3)
        .equals(hashes.subarray(3 * i, 3 * i + 3)),
    );
    expect(count - same.length).toBe(others);
  });

  const LEXICAL = [...([1, 2, 3, 4] as const).map((order) => bleu({ order })), rougeL(), ciderD()];
  describe.each(Object.keys(expected.systems))('%s', (name) => {
    test.each(LEXICAL.map((metric) => [metric.name, metric] as const))('%s within 1e-9, from the sentence on', async (_, metric) => {
      const want = expected.systems[name]!;
      const got = await run(metric, name);
      expect(Math.abs(got.score - want.corpus[metric.name]!)).toBeLessThan(1e-9);
      if (want.perItem[metric.name]) expect(items(got)).toBeClose(doubles(want.perItem[metric.name]!), { abs: 1e-9 });
    });

    const without = table ? '' : ' (set FAMENET_PARAPHRASES to paraphrase-en.gz)';
    test.skipIf(!table)(`METEOR within 1e-12, from the sentence on${without}`, { timeout: 120_000 }, async () => {
      const want = expected.systems[name]!;
      resources ??= Promise.all([openWordNet(), openParaphrases(table!)]);
      const [wordnet, paraphrases] = await resources;
      const got = await run(meteor({ wordnet, paraphrases }), name);
      expect(Math.abs(got.score - want.corpus.METEOR!)).toBeLessThan(1e-12);
      expect(items(got)).toBeClose(doubles(want.perItem.METEOR!), { abs: 1e-12 });
    });
  });
});
