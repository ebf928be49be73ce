import { statSync } from 'node:fs';
import { join } from 'node:path';
import { showBytes } from '../base/units.ts';
import { findModel, MODELS } from '../weights/catalogue.ts';
import { convertDirectory, convertPth } from '../weights/convert.ts';
import { ENDPOINT, pull } from '../weights/pull.ts';
import { quantizeDirectory } from '../weights/quantize.ts';
import { verifyDirectory } from '../weights/verify.ts';
import { choice, command, group, number, path, text } from './command.ts';

const list = command({
  name: 'list',
  about: 'Show the models that famenet knows by name',
  example: 'famenet models list',
  args: {},
  async run({ out }) {
    out.table(
      MODELS.map((m) => ({
        name: m.name,
        size: `${m.size === 'about' ? '~' : ''}${showBytes(m.bytes)}`,
        from: m.source.kind === 'hub' ? m.source.repo : new URL(m.source.url).host,
        licence: m.licence,
        about: m.about,
      })),
    );
    out.done({ models: MODELS });
  },
});

const fetchModel = command({
  name: 'pull',
  about: 'Fetch a model, or go on with one that was cut off; what is there and right is kept',
  examples: ['famenet models pull smollm2-135m', 'famenet models pull owner/name ./folder --max-bytes 5e9'],
  args: {
    model: text({ positional: true, about: 'a name of `models list`, or owner/name of a repository' }),
    folder: path({ positional: true, required: false, about: 'where to; models/<name> when absent' }),
    endpoint: text({ env: 'HF_ENDPOINT', default: ENDPOINT, about: 'address of a Hugging Face compatible hub' }),
    revision: text({ about: 'branch, tag or commit; main when absent' }),
    maxBytes: number({ min: 1, default: 40e9, about: 'refuse to fetch more than this' }),
  },
  async run({ args, out, signal }) {
    const { name, source, model } = findModel(args.model);
    const folder = args.folder ?? join('models', name.replaceAll('/', '--'));
    if (model) out.note(`${model.about}. Licence: ${model.licence}.`);
    const receipt = await pull(source, folder, {
      endpoint: args.endpoint,
      maxBytes: args.maxBytes,
      signal,
      ...(args.revision === undefined ? {} : { revision: args.revision }),
      // A token in the environment is how every tool of the hub takes it; an option would end up in the shell's history.
      ...(process.env.HF_TOKEN ? { token: process.env.HF_TOKEN } : {}),
      onProgress: ({ file, done, total }) => out.progress({ done, total: total || undefined, unit: 'bytes', label: file }),
    });
    out.line(`${folder}: ${receipt.files.length} files, ${showBytes(receipt.files.reduce((sum, f) => sum + f.bytes, 0))}, checked`);
    if (model?.next) out.line(`Next: ${model.next}`);
    out.done({ folder, ...receipt, ...(model?.next ? { next: model.next } : {}) });
  },
});

const convert = command({
  name: 'convert',
  about: 'Turn PyTorch weights into safetensors, without running any code in them',
  examples: ['famenet models convert s3fd.pth s3fd.safetensors', 'famenet models convert ./vicuna-7b ./vicuna-7b-safetensors'],
  args: {
    from: path({ positional: true, mustExist: true, about: 'a .pth, .pt or .bin file, or a folder with pytorch_model*.bin' }),
    to: path({ positional: true, about: 'the file or folder to write' }),
    key: text({ about: 'of a file: which of its dictionaries holds the weights, e.g. model_state_dict' }),
  },
  async run({ args, out, signal }) {
    const options = { signal, ...(args.key === undefined ? {} : { key: args.key }) };
    const folder = statSync(args.from).isDirectory();
    const result = folder ? await convertDirectory(args.from, args.to, { signal }) : await convertPth(args.from, args.to, options);
    const from = 'key' in result && result.key !== undefined ? ` of ${JSON.stringify(result.key)}` : '';
    out.line(`${args.to}: ${result.tensors} tensors${from}`);
    if (result.skipped.length > 0) out.note(`Left out, because they are not tensors: ${result.skipped.slice(0, 20).join(', ')}`);
    out.done({ to: args.to, ...result });
  },
});

const quantize = command({
  name: 'quantize',
  about: 'Write a copy of a model with its linear layers in 8 or 4 bits',
  example: 'famenet models quantize ./llava-1.5-7b --bits 4 --block 32',
  args: {
    folder: path({ positional: true, mustExist: true, is: 'folder', about: 'model folder with config.json and safetensors' }),
    bits: choice(['8', '4'], { default: '4', about: 'bits of one weight' }),
    block: choice(['32', '128'], {
      default: '32',
      about: 'weights that share a scale: 32 is closer, 128 is smaller and about 15 % faster',
    }),
    out: path({ about: 'folder to write; <folder>-q4 or -q8 when absent' }),
  },
  async run({ args, out, signal }) {
    const bits = args.bits === '4' ? 4 : 8;
    const target = args.out ?? `${args.folder.replace(/[/\\]+$/, '')}-q${bits}`;
    const result = await quantizeDirectory(args.folder, target, {
      bits,
      block: Number(args.block),
      signal,
      onProgress: ({ done, total }) => out.progress({ done, total, unit: 'bytes', label: 'quantizing' }),
    });
    const percent = (x: number) => `${(100 * x).toFixed(2)} %`;
    out.table(
      result.errors.map((e) => ({
        layers: e.kind,
        tensors: e.tensors,
        'relative error': percent(e.relative),
        worst: e.worst.toPrecision(2),
      })),
    );
    const { before, after } = result.bytes;
    out.line(
      `${target}: ${showBytes(before)} → ${showBytes(after)}; ${result.quantized} tensors in ${bits} bits, ${result.kept} unchanged`,
    );
    out.done(result);
  },
});

const verify = command({
  name: 'verify',
  about: 'Check that a model folder is whole and unchanged since it was made',
  example: 'famenet models verify ./models/smollm2-135m',
  args: { folder: path({ positional: true, mustExist: true, is: 'folder', about: 'model folder' }) },
  async run({ args, out, signal }) {
    const result = await verifyDirectory(args.folder, {
      signal,
      onFile: (_file, done, total) => out.progress({ done, total, unit: 'files', label: 'verifying' }),
    });
    const hashes = result.receipt
      ? `${result.hashed.length} files as its receipt says`
      : 'no receipt, so only headers and shards were checked';
    out.line(`${args.folder}: good; ${result.tensors === undefined ? '' : `${result.tensors} tensors, `}${hashes}`);
    out.done(result);
  },
});

export default group({
  name: 'models',
  about: 'List, download, convert, quantize and verify model files',
  commands: [list, fetchModel, convert, quantize, verify],
});
