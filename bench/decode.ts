/** A decoder of LLaMA-7B's shape with random int4 weights: reading 700 tokens, then writing; against memory bandwidth and llama.cpp. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Engine } from '../src/graph/index.ts';
import { type LanguageModel, openLanguageModel } from '../src/models/index.ts';
import { writeModel } from '../src/weights/shards.ts';
import { peer, python, ratio } from './peer.ts';
import { memoryRate } from './rates.ts';
import { type Bench, median, round, timed } from './report.ts';
import { cache, packedLlama, SHAPE } from './seven.ts';

async function modelDirectory(layers: number, block: number, note: (s: string) => void): Promise<string> {
  const directory = cache(`llama-7b-${layers}-q4-${block}`);
  if (existsSync(`${directory}/config.json`)) return directory;
  note(`writing random weights to ${directory}`);
  await mkdir(directory, { recursive: true });
  await writeModel(directory, packedLlama(layers, block), {});
  const config = {
    model_type: 'llama',
    ...SHAPE,
    num_hidden_layers: layers,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-5,
    quantization_config: { quant_method: 'famenet', bits: 4, block },
  };
  await writeFile(`${directory}/config.json`, JSON.stringify(config));
  return directory;
}

async function measure(model: LanguageModel, prompt: number, fresh: number): Promise<{ prefill: number; decode: number[] }> {
  const decoding = model.start(1);
  const x = await model.embed([Array.from({ length: prompt }, (_, i) => 300 + ((i * 7919) % 20_000))]);
  const prefill = prompt / (await timed(() => decoding.feed(x)));
  const decode: number[] = [];
  for (let i = 0; i < fresh; i++) decode.push(await timed(async () => decoding.feed(await model.embed([[300 + i]]))));
  await decoding.end();
  return { prefill, decode };
}

/** Bytes that a token must read: everything but the embedding table. */
function bytesPerToken(layers: number, block: number): number {
  const { hidden_size: D, intermediate_size: M, vocab_size: V } = SHAPE;
  const weights = layers * (4 * D * D + 3 * D * M) + V * D;
  return weights / 2 + (weights / block) * 4;
}

export default {
  about: 'int4 decoding of a 7B shape',
  async run({ threads, quick, peers, note }) {
    const [layers, prompt, fresh] = quick ? [4, 128, 16] : [32, 700, 48];
    const figures: Record<string, number | string> = { layers, promptTokens: prompt, newTokens: fresh, threads };
    const speeds: Record<number, { decode: number; prefill: number; bytes: number }> = {};
    const engine = new Engine();
    let bandwidth = 0; // the machine's speed drifts: measured before and after each model
    for (const block of [32, 128]) {
      bandwidth = Math.max(bandwidth, await memoryRate(engine, threads));
      const directory = await modelDirectory(layers, block, note);
      note(`famenet, block ${block}`);
      const model = await openLanguageModel(directory, { threads });
      await measure(model, 16, 4);
      const { prefill, decode } = await measure(model, prompt, fresh);
      await model.dispose();
      speeds[block] = { decode: 1 / median(decode), prefill, bytes: bytesPerToken(layers, block) };
      figures[`decodeTokensPerSecond${block}`] = round(1 / median(decode), 2);
      figures[`prefillTokensPerSecond${block}`] = round(prefill, 1);
    }
    bandwidth = Math.max(bandwidth, await memoryRate(engine, threads));
    await engine.dispose();
    figures.memoryGBPerSecond = round(bandwidth, 1);
    figures.peakResidentGB = round(process.resourceUsage().maxRSS / 1e6, 2);
    const other = peers ? await llamaCpp(layers, prompt, fresh, threads, note) : 'n/a (--no-peers)';
    const [decode, prefill] =
      typeof other === 'string'
        ? [other, other]
        : [other.figures.decodeTokensPerSecond.median as number, other.figures.prefillTokensPerSecond.max as number];
    figures.llamaCppDecodeTokensPerSecond = decode;
    figures.llamaCppPrefillTokensPerSecond = prefill;
    const ours = speeds[32] as { decode: number; prefill: number; bytes: number };
    return {
      figures,
      ratios: {
        decodeToMemoryBandwidth: round((ours.decode * ours.bytes) / 1e9 / bandwidth),
        decodeToMemoryBandwidth128: round(((speeds[128]?.decode ?? 0) * (speeds[128]?.bytes ?? 0)) / 1e9 / bandwidth),
        decodeToLlamaCpp: ratio(round(ours.decode), decode),
        decodeToLlamaCpp128: ratio(round(speeds[128]?.decode ?? 0), decode),
        prefillToLlamaCpp: ratio(round(ours.prefill), prefill),
      },
      versions:
        typeof other === 'string'
          ? {}
          : { 'node-llama-cpp': other.versions['node-llama-cpp'] ?? '?', 'llama.cpp': other.versions['llama.cpp'] ?? '?' },
    };
  },
} satisfies Bench;

async function llamaCpp(layers: number, prompt: number, fresh: number, threads: number, note: (s: string) => void) {
  const file = cache(`random-7b-${layers}.gguf`);
  if (!existsSync(file)) {
    note(`writing ${file}`);
    const made = await peer(python(), ['make_gguf.py', '--out', file, '--layers', `${layers}`]);
    if (typeof made === 'string' && !existsSync(file)) return made;
  }
  note('llama.cpp');
  return peer(process.execPath, [
    'llamacpp.mjs',
    file,
    '--prompt',
    `${prompt}`,
    '--new',
    `${fresh}`,
    '--threads',
    `${threads}`,
    '--runs',
    '2',
  ]);
}
