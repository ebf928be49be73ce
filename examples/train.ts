/** A language model of letters: twelve of them in, the next one out. It learns three sentences by heart. Run: npx tsx examples/train.ts */
import { argMax, compile, crossEntropy, embedding, gelu, input, int64, linear, reshape, type Tensor, trainer } from '../src/graph/index.ts';
import { freshWeights, random, type Weights } from '../src/index.ts';

const text = 'She was sad that the show was over. He laughed because she was sad. They were angry because he had laughed.';
const letters = [...new Set(text)];
const idsOf = (part: string) => [...part].map((letter) => letters.indexOf(letter));
const [LOOK, WIDTH, HIDDEN, V] = [12, 12, 64, letters.length];

/** Scores of the letter that follows each run of LOOK letters: ids [B,LOOK] → [B,V]. */
function network(w: Weights, ids: Tensor): Tensor {
  const x = embedding(w.get('letters', [V, WIDTH]), ids); //                               [B,LOOK,WIDTH]
  const flat = reshape(x, [-1, LOOK * WIDTH]); //                                          [B,LOOK·WIDTH]
  const h = gelu(linear(flat, w.get('in.weight', [HIDDEN, LOOK * WIDTH]), w.get('in.bias', [HIDDEN])));
  return linear(h, w.get('out.weight', [V, HIDDEN])); //                                   [B,V]
}

const chance = random(1);
const fresh = freshWeights((_, shape) => Float32Array.from({ length: shape.reduce((n, d) => n * d) }, () => 0.1 * chance.normal()));
const loss = crossEntropy(network(fresh, input('ids', 'int64', ['B', LOOK])), input('next', 'int64', ['B']));
const training = await trainer(loss, [...fresh.asked.values()]);

const all = idsOf(text);
const rows = all.slice(LOOK).map((_, i) => all.slice(i, i + LOOK)); //                     every place in the text
const batch = { ids: int64([rows.length, LOOK], rows.flat()), next: int64([rows.length], all.slice(LOOK)) };
for (let i = 0; i <= 60; i++) {
  const { loss } = await training.step(batch, 0.01);
  if (i % 20 === 0) console.log(`step ${i}: loss ${loss.toFixed(4)}`);
}

const learnt = await training.weights();
const trained = freshWeights((name) => learnt[name]?.data as Float32Array);
const session = await compile({ best: argMax(network(trained, input('ids', 'int64', [1, LOOK]))) });
let said = text.slice(0, LOOK);
while (said.length < text.length) {
  const { best } = await session.run({ ids: int64([1, LOOK], idsOf(said.slice(-LOOK))) });
  said += letters[Number(best?.data[0])];
}
console.log(said);
