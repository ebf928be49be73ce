/** First stage of FAME-mini: a vocabulary, and a decoder that has read dialogues and explanations made by rule. `tsx runs/mini/pretrain.ts DATA OUT STEPS` */
import { join } from 'node:path';
import { random } from '../../src/base/random.ts';
import { explainPrompt, lengthOf, pretrain } from '../../src/fame/index.ts';
import { FELT, storyOf } from '../../src/synth/index.ts';
import { createTokenizer, type Tokenizer, trainBpe } from '../../src/text/index.ts';
import { type Pair, readSources } from './data.ts';
import { engine, signal, told } from './run.ts';

/** 10.1 million weights. */
const CONFIG = {
  model_type: 'llama',
  vocab_size: 8192,
  hidden_size: 320,
  intermediate_size: 864,
  num_hidden_layers: 6,
  num_attention_heads: 5,
  num_key_value_heads: 5,
  max_position_embeddings: 640,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
  rope_theta: 10000,
} as const;
const SPECIAL = ['<pad>', '<s>', '</s>', '<|ask|>', '<|answer|>'];
/** Typographic marks as typewriters have them: releases of the same words differ in nothing else. */
const STRAIGHT = [
  ['[‘’]', "'"],
  ['[“”]', '"'],
  ['—', ' - '],
  ['–', ' - '],
  ['…', '...'],
] as const;
/** Longest prompt with its answer that is learnt here. */
const LONGEST = 256;

const [data, out, steps] = process.argv.slice(2);
if (data === undefined || out === undefined || !(Number(steps) > 0)) throw new Error('usage: pretrain.ts DATA OUT STEPS');

const { scenes, heldOut, pairs, train } = await readSources(data);
const linesOf = (all: typeof scenes) =>
  all.map(({ utterances }) => utterances.map(({ speaker, text }) => `${speaker ?? 'Somebody'}: ${text}\n`).join(''));
const straight = (text: string) => STRAIGHT.reduce((t, [mark, plain]) => t.replace(new RegExp(mark, 'g'), plain), text);
const drawn = Array.from({ length: 2000 }, (_, i) => storyOf(6, i, { split: true })).filter(({ part }) => part === 'train');
const words = [
  ...linesOf(scenes),
  ...train.map(({ cause }) => cause),
  ...pairs.map(({ answer }) => answer),
  ...drawn.map(({ cause, turns }) => [...turns.map(({ text }) => text), cause].join('\n')),
  ...FELT,
];
const tokenizerJson = {
  ...trainBpe(words.map(straight), { size: CONFIG.vocab_size, special: SPECIAL }),
  normalizer: { type: 'Sequence', normalizers: STRAIGHT.map(([Regex, content]) => ({ type: 'Replace', pattern: { Regex }, content })) },
};
const tokenizer = createTokenizer({
  at: 'runs/mini',
  json: tokenizerJson,
  config: { bos_token: '<s>', eos_token: '</s>', pad_token: '<pad>' },
});
const asked = pairs.map((pair) => idsOf(pair, tokenizer)).filter((ids) => ids.length <= LONGEST);
const texts = random(2).shuffled([...linesOf(scenes), ...asked]);
console.log(
  JSON.stringify({
    scenes: scenes.length,
    heldOut: heldOut.length,
    pairs: pairs.length,
    asked: asked.length,
    tokens: asked.reduce((n, ids) => n + ids.length, 0),
  }),
);

await pretrain({
  config: CONFIG,
  ...{ tokenizerJson, tokenizer, texts, heldOut: linesOf(heldOut) },
  ...{ steps: Number(steps), B: 8, T: 256, rate: 1.5e-3, seed: 1, saveEvery: 200, lookEvery: 200 },
  out: join(out, 'pretrained'),
  ...{ signal, engine, log: told },
});

function idsOf({ question, answer }: Pair, tokenizer: Tokenizer): number[] {
  const { stretches } = explainPrompt(question, { tokenizer, template: 'mini', modalities: ['T'], videoTokens: 0, limit: 10_000, answer });
  return lengthOf(stretches) > LONGEST ? Array(LONGEST + 1).fill(0) : stretches.flatMap((s) => (s.kind === 'ids' ? s.ids : []));
}
