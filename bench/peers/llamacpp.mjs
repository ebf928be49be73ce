/**
 * llama.cpp through node-llama-cpp: tokens a second for reading a prompt and for writing after it.
 * `node bench/peers/llamacpp.mjs bench/.cache/random-7b.gguf --prompt 700 --new 48 --threads 2` prints one line of JSON.
 * CPU only. The weights may be random (make_gguf.py): the speed is the same.
 */
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    prompt: { type: 'string', default: '700' },
    new: { type: 'string', default: '48' },
    threads: { type: 'string', default: '2' },
    runs: { type: 'string', default: '3' },
    batch: { type: 'string', default: '512' },
    verbose: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (!file) throw new Error('usage: llamacpp.mjs FILE.gguf [--prompt 700] [--new 48] [--threads 2] [--runs 3] [--batch 512] [--verbose]');
const [promptLength, newTokens, threads, runs, batchSize] = [values.prompt, values.new, values.threads, values.runs, values.batch].map(
  Number,
);

const llama = await getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  maxThreads: threads,
  logLevel: values.verbose ? LlamaLogLevel.debug : LlamaLogLevel.error,
});
const loadStart = performance.now();
const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: promptLength + newTokens + 8,
  batchSize,
  sequences: 1,
  threads: { ideal: threads, min: threads },
});
const loadSeconds = (performance.now() - loadStart) / 1000;
const sequence = context.getSequence();

/** One prompt, then `newTokens` greedy tokens; returns tokens a second of both parts. */
async function once(seed) {
  await sequence.clearHistory();
  const tokens = Array.from({ length: promptLength }, (_, i) => 300 + ((i * 7919 + seed * 104729) % 20000));
  const start = performance.now();
  // The last token opens the answer, so that its evaluation counts as the first decode step.
  await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, -1));
  const read = performance.now();
  let n = 0;
  for await (const _token of sequence.evaluate(tokens.slice(-1), { temperature: 0, yieldEogToken: true })) {
    n++;
    if (n >= newTokens) break;
  }
  const written = performance.now();
  if (n < newTokens) throw new Error(`only ${n} of ${newTokens} tokens came`);
  return { prefill: ((promptLength - 1) * 1000) / (read - start), decode: (n * 1000) / (written - read) };
}

const results = [];
for (let i = 0; i < runs; i++) results.push(await once(i));
const best = (k) => Math.max(...results.map((r) => r[k]));
const median = (k) => results.map((r) => r[k]).sort((a, b) => a - b)[Math.floor(results.length / 2)];
const round = (x) => Number(x.toFixed(3));
const require = createRequire(import.meta.url);
console.log(
  JSON.stringify({
    name: 'llama.cpp',
    figures: {
      file: basename(file),
      gigabytes: round(model.size / 1e9),
      parameters: Number(model.fileInfo.fullTensorInfo?.reduce((s, t) => s + t.dimensions.reduce((a, b) => a * Number(b), 1), 0) ?? 0),
      promptTokens: promptLength,
      newTokens,
      threads: context.currentThreads || threads,
      loadSeconds: round(loadSeconds),
      prefillTokensPerSecond: { median: round(median('prefill')), max: round(best('prefill')) },
      decodeTokensPerSecond: { median: round(median('decode')), max: round(best('decode')) },
      peakResidentGigabytes: round(process.resourceUsage().maxRSS / 1e6),
    },
    versions: {
      node: process.versions.node,
      'node-llama-cpp': require('./package.json').dependencies['node-llama-cpp'],
      'llama.cpp': llama.llamaCppRelease.release,
      systemInfo: llama.systemInfo,
    },
  }),
);
await llama.dispose();
