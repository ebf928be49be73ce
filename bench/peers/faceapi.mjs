/**
 * face-api on TensorFlow.js with WebAssembly (SIMD; in Node it has one thread): frames a second of detection, landmarks and expressions.
 * `node bench/peers/faceapi.mjs bench/.cache/faces-1280x720.rgb --width 1280 --height 720 --runs 2` prints one line of JSON.
 * The file holds frames of raw red, green and blue bytes, one after the other; `npm run -s bench -- faces` writes it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '720' },
    runs: { type: 'string', default: '2' },
  },
});
const [file] = positionals;
if (!file) throw new Error('usage: faceapi.mjs FRAMES.rgb [--width 1280] [--height 720] [--runs 2]');
const [width, height, runs] = [values.width, values.height, values.runs].map(Number);

const require = createRequire(import.meta.url);
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
const { tf, nets } = faceapi;
await tf.setBackend('wasm');
await tf.ready();
const model = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
for (const net of [nets.ssdMobilenetv1, nets.faceLandmark68Net, nets.faceExpressionNet]) await net.loadFromDisk(model);

const bytes = readFileSync(file);
const size = width * height * 3;
const frames = Array.from({ length: bytes.length / size }, (_, i) => new Uint8Array(bytes.subarray(i * size, (i + 1) * size)));

/** All frames once; seconds and how many faces were found. */
async function once() {
  const start = performance.now();
  let faces = 0;
  for (const frame of frames) {
    const pixels = tf.tensor3d(frame, [height, width, 3], 'int32');
    faces += (await faceapi.detectAllFaces(pixels).withFaceLandmarks().withFaceExpressions()).length;
    pixels.dispose();
  }
  return { seconds: (performance.now() - start) / 1000, faces };
}

await once(); // warms up
const results = [];
for (let i = 0; i < runs; i++) results.push(await once());
const rates = results.map((r) => frames.length / r.seconds).sort((a, b) => a - b);
const round = (x) => Number(x.toFixed(3));
console.log(
  JSON.stringify({
    name: 'face-api, tfjs-wasm',
    figures: {
      frames: frames.length,
      faces: results[0].faces,
      framesPerSecond: { median: round(rates[Math.floor(rates.length / 2)]), max: round(rates.at(-1)) },
      simd: await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
      threads: wasm.getThreadsCount?.() ?? 1,
      multithread: await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
    },
    versions: { node: process.versions.node, 'face-api': faceapi.version, tfjs: tf.version_core ?? tf.version.tfjs },
  }),
);
