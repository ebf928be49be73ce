/** A small LLaMA learns, here and now, to say why somebody feels an emotion, and is asked about sentences kept out. Run: npx tsx examples/reasons.ts [STEPS] [FOLDER] */
// The world is made up (eight kinds of situations, forty words): it shows the machinery, and is no result.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { causalMask, constant, cosine, input, int64, nextTokenLoss, trainer } from '../src/graph/index.ts';
import {
  embedTokens,
  freshWeights,
  generate,
  llamaConfig,
  llamaDecoder,
  llamaLogits,
  openLanguageModel,
  openTokenizer,
  random,
  writeSafetensors,
} from '../src/index.ts';

const [steps = 700, folder = 'out/reasons'] = [Number(process.argv[2] ?? 300), process.argv[3] ?? 'out/reasons'];
const [B, T] = [32, 64];

const NAMES = ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gita', 'Hugo'];
const THINGS = ['bike', 'book', 'coat', 'cup', 'guitar', 'hat', 'kite', 'lamp', 'phone', 'ring'];
const FOODS = ['apple', 'bread', 'cake', 'pie', 'pizza', 'rice', 'salad', 'soup'];
const PLACES = ['attic', 'cellar', 'garden', 'hall', 'kitchen', 'yard'];
/** What is said, what is felt, and why: {f} is a friend, {t} a thing, {o} food, {p} a place. */
const SITUATIONS = [
  ['{f} gave me a {t}!', 'happy', '{f} gave them a {t}'],
  ['We are having {o} tonight!', 'happy', 'there is {o} tonight'],
  ['Who ate my {o}?', 'angry', 'somebody ate the {o}'],
  ['{f} broke my {t}.', 'angry', '{f} broke the {t}'],
  ['I lost my {t} in the {p}.', 'sad', 'the {t} was lost in the {p}'],
  ['{f} is moving away.', 'sad', '{f} is moving away'],
  ['I heard a noise in the {p}.', 'afraid', 'there was a noise in the {p}'],
  ['You put {o} in the {t}?', 'surprised', 'there is {o} in the {t}'],
] as const;

const chance = random(7);
const pick = <X>(list: readonly X[]): X => list[chance.below(list.length)] as X;
/** A question and its answer; every fifth combination is kept for the end. */
function scene(held: boolean): { asked: string; answer: string } {
  const [said, felt, why] = pick(SITUATIONS);
  const [who, f, t, o, p] = [pick(NAMES), pick(NAMES), pick(THINGS), pick(FOODS), pick(PLACES)];
  const fill = (text: string) => text.replace(/\{f\}/g, f).replace('{t}', t).replace('{o}', o).replace('{p}', p);
  const asked = `${who}: ${fill(said)} Why is ${who} ${felt}?`;
  const key = [...asked].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 5, 7);
  return who !== f && (key === 0) === held ? { asked, answer: ` The reason is that ${fill(why)}.` } : scene(held);
}

const source = fileURLToPath(new URL('../test/fixtures/llama-tiny', import.meta.url)); // its tokenizer
const tokenizer = await openTokenizer(source);
const json = {
  ...{
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: tokenizer.size,
    hidden_size: 128,
    intermediate_size: 320,
    num_hidden_layers: 4,
  },
  ...{
    num_attention_heads: 4,
    num_key_value_heads: 2,
    max_position_embeddings: 128,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    bos_token_id: 1,
    eos_token_id: 2,
  },
};
const c = llamaConfig(json);
const w = freshWeights((_, shape) =>
  Float32Array.from({ length: shape.reduce((n, d) => n * d) }, () => (shape.length === 1 ? 1 : 0.05 * chance.normal())),
);

const [ids, labels] = [input('ids', 'int64', [B, T]), input('labels', 'int64', [B, T])];
const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
const [table, mask] = [(x: Float32Array) => constant('float32', [T, c.headWidth], x), causalMask(T, constant('float32', [], [0]))];
const { hidden } = llamaDecoder(w, c, { x: embedTokens(w, c, ids), cos: table(cos), sin: table(sin), mask: () => mask });
const training = await trainer(nextTokenLoss(llamaLogits(w, c, hidden), labels), [...w.asked.values()], { decay: 0.1, clip: 1 });

const rate = cosine({ peak: 4e-3, steps, warmup: 20 });
const started = performance.now();
for (let i = 0; i < steps; i++) {
  const rows = Array.from({ length: B }, () => scene(false)).map(({ asked, answer }) =>
    [...tokenizer.encode(asked + answer), 2].slice(0, T),
  );
  const padded = (by: number) =>
    int64(
      [B, T],
      BigInt64Array.from(
        rows.flatMap((r) => [...r, ...Array(T - r.length).fill(by)]),
        BigInt,
      ),
    );
  const { loss } = await training.step({ ids: padded(0), labels: padded(-100) }, rate(i));
  if (i % 50 === 0 || i === steps - 1)
    console.log(`step ${i}: loss ${loss.toFixed(3)}, ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

await mkdir(folder, { recursive: true });
const tensors = Object.entries(await training.weights()).map(([name, v]) => ({
  name,
  dtype: 'F32' as const,
  shape: v.shape,
  data: new Uint8Array(v.data.buffer, v.data.byteOffset, v.data.byteLength),
}));
await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
await writeFile(join(folder, 'config.json'), JSON.stringify(json, null, 2));
for (const name of ['tokenizer.json', 'tokenizer_config.json']) await copyFile(join(source, name), join(folder, name));
await training.dispose();

const model = await openLanguageModel(folder);
const questions = new Map(
  Array.from({ length: 40 }, () => scene(true)).map(({ asked, answer }) => [asked.split(' Why')[1]?.split(' ').at(-1), { asked, answer }]),
); // one of each feeling
for (const { asked } of questions.values()) {
  const made: number[] = [];
  for await (const { id } of generate(model, [{ ids: tokenizer.encode(asked) }], { maxNew: 40, stop: tokenizer.eos })) made.push(id);
  console.log(`\n${asked}\n →${tokenizer.decode(made)}`);
}
await model.dispose();
