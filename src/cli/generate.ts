import { join } from 'node:path';
import { FameError, UsageError } from '../base/errors.ts';
import { readJsonFile } from '../base/file.ts';
import { PROVIDERS } from '../graph/protocol.ts';
import { continuation, openLanguageModel } from '../models/index.ts';
import { openChat, openTokenizer, type Tokenizer } from '../text/index.ts';
import { choice, command, flag, integer, number, path, text } from './command.ts';

export default command({
  name: 'generate',
  about: 'Continue a prompt or answer a message with a language model',
  examples: [
    'famenet generate ./tinyllama --chat "Why would somebody laugh at bad news?"',
    'famenet generate ./model --prompt "The reason she was angry is that" --max-new 40',
    'famenet generate ./model --prompt "Once" --temperature 0.8 --top-p 0.95 --seed 7 --json',
    'echo "Hello" | famenet generate ./model --beams 4',
  ],
  args: {
    model: path({
      positional: true,
      mustExist: true,
      is: 'folder',
      about: 'folder with config.json, tokenizer.json and .safetensors weights, as transformers saves it',
    }),
    prompt: text({ about: 'text to continue; standard input where neither --prompt nor --chat is given' }),
    chat: text({ about: "a user's message to answer, written with the model's chat template" }),
    system: text({ about: 'what the model is told before the message' }),
    maxNew: integer({ min: 1, default: 256, about: 'most new tokens' }),
    temperature: number({ min: 0, max: 10, default: 0, about: '0 always takes the likeliest token' }),
    topP: number({ min: 0, max: 1, default: 1, about: 'draw from the likeliest tokens that reach this probability' }),
    topK: integer({ min: 0, default: 0, about: 'draw from so many likeliest tokens; 0 is all' }),
    seed: integer({ default: 0, about: 'fixes what is drawn' }),
    beams: integer({ min: 1, max: 64, default: 1, about: 'search with so many beams; words appear as soon as all beams agree' }),
    ignoreEnd: flag({ about: "go on after the model's end-of-text token" }),
    provider: choice(PROVIDERS, { default: 'cpu', env: 'FAMENET_PROVIDER', about: 'where the network runs' }),
    threads: integer({ min: 1, max: 256, about: "threads inside one operator; the machine's cores where absent" }),
  },
  async run({ args, out, signal }) {
    if (args.prompt !== undefined && args.chat !== undefined)
      throw new UsageError('USAGE_TWO_PROMPTS', '--prompt and --chat exclude each other', { fix: 'give one of them' });
    const tokenizer = await openTokenizer(args.model);
    const ids =
      args.chat === undefined
        ? tokenizer.encode(args.prompt ?? (await readInput()))
        : await chatIds(args.model, tokenizer, args.chat, args.system);
    const penalty = await repetitionPenalty(args.model);
    const started = performance.now();
    const model = await openLanguageModel(args.model, {
      provider: args.provider,
      ...(args.threads === undefined ? {} : { threads: args.threads }),
    });
    const loaded = performance.now();
    try {
      const stop = args.ignoreEnd ? [] : tokenizer.eos;
      const shared = { maxNew: args.maxNew, stop, repetitionPenalty: penalty, signal };
      const { beams, temperature, topP, topK, seed } = args;
      const tokens = continuation(model, { ids }, { ...shared, beams, temperature, topP, topK, seed });
      const made = await streamed(tokens, tokenizer, out.text);
      out.done({
        text: made.text,
        ids: made.ids,
        finish: made.ids.length < Math.min(args.maxNew, model.config.positions - ids.length) ? 'end' : 'length',
        prompt: { ids, tokens: ids.length },
        receipt: {
          model: args.model,
          provider: args.provider,
          settings: {
            maxNew: args.maxNew,
            temperature: args.temperature,
            topP: args.topP,
            topK: args.topK,
            seed: args.seed,
            beams: args.beams,
            repetitionPenalty: penalty,
          },
          seconds: { load: seconds(loaded - started), generate: seconds(performance.now() - loaded) },
        },
      });
    } finally {
      await model.dispose();
    }
  },
});

interface Text {
  readonly text: string;
  readonly ids: readonly number[];
}

async function streamed(tokens: AsyncIterable<number>, tokenizer: Tokenizer, write: (piece: string) => void): Promise<Text> {
  const stream = tokenizer.stream();
  const made: number[] = [];
  let text = '';
  const emit = (piece: string) => {
    text += piece;
    write(piece);
  };
  for await (const id of tokens) {
    made.push(id);
    emit(stream.push(id));
  }
  emit(stream.end());
  return { text, ids: made };
}

async function chatIds(model: string, tokenizer: Tokenizer, message: string, system: string | undefined): Promise<number[]> {
  const chat = await openChat(model, tokenizer);
  return chat.encode([...(system === undefined ? [] : [{ role: 'system' as const, content: system }]), { role: 'user', content: message }]);
}

/** The only setting of generation_config.json that also changes greedy text; without it ours would differ from transformers'. */
async function repetitionPenalty(model: string): Promise<number> {
  const json = await readJsonFile(join(model, 'generation_config.json')).catch((e): Readonly<Record<string, unknown>> => {
    if (e instanceof FameError && e.code === 'FILE_MISSING') return {};
    throw e; // damaged is not absent: guessing would change the text without a word
  });
  return typeof json.repetition_penalty === 'number' ? json.repetition_penalty : 1;
}

async function readInput(): Promise<string> {
  if (process.stdin.isTTY)
    throw new UsageError('USAGE_MISSING', 'There is nothing to continue', {
      expected: '--prompt TEXT, --chat TEXT, or text on standard input',
      fix: 'for example --prompt "The reason is that"',
    });
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8').replace(/\n$/, '');
}

const seconds = (ms: number): number => Math.round(ms) / 1000;
