/** What CLIP looks at: how much every part of a picture moves the feature of one patch. Run: npx tsx examples/gradient.ts FOLDER */
import { compile, float32, gradients, input, mul, slice, sum, type Tensor, type Value } from '../src/graph/index.ts';
import { CLIP_RENAMES, clipConfig, clipPatches, openWeights, random, readConfig } from '../src/index.ts';

const [folder = 'models/clip-l14-336'] = process.argv.slice(2);
const config = clipConfig((await readConfig(folder)).json);
const { image: S, patch } = config;
const side = Math.floor(S / patch);
const middle = Math.floor(side / 2) * (side + 1);

const w = await openWeights(folder, { rename: CLIP_RENAMES });
const pixels = input('pixels', 'float32', [1, 3, S, S]);
const features = clipPatches(w, config, pixels); //                                [1,N,D]
const one = slice(features, { axis: 1, start: middle, end: middle + 1 }); //       [1,1,D]
const [slope] = gradients(sum(mul(one, one)), [pixels]) as [Tensor]; //            [1,3,S,S]

const session = await compile({ slope });
const picture = Float32Array.from({ length: 3 * S * S }, random(1).normal); //     noise; clipPixels() makes it from a picture
const out = await session.run({ pixels: float32([1, 3, S, S], picture) });
await session.dispose();

const moved = new Float32Array(side * side); //                                    Σ |slope| over each patch
for (const [i, g] of ((out.slope as Value).data as Float32Array).entries()) {
  const [y, x] = [Math.floor(i / S) % S, i % S].map((at) => Math.floor(at / patch)) as [number, number];
  moved[y * side + x]! += Math.abs(g);
}
const most = Math.max(...moved);
const shades = Array.from(moved, (m) => '·░▒▓█'[Math.round((4 * m) / most)]?.repeat(2));
for (let y = 0; y < side; y++) console.log(shades.slice(y * side, (y + 1) * side).join(''));
