import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { ModelError } from '../base/errors.ts';
import { exists, isRecord, readJsonFile, readTextFile } from '../base/file.ts';
import type { Piece, Tokenizer } from './tokenizer.ts';

/** One turn of a conversation. `content` is data: nothing in it can act as a control token or as template code. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface RenderOptions {
  /** End with the opening of the assistant's turn. Default true. */
  readonly addGenerationPrompt?: boolean;
}

/** How a model wants a conversation written. */
export interface Chat {
  /** Where the template came from, for receipts: a file or `built in: vicuna`. */
  readonly source: string;
  /** The prompt as text, as transformers' `apply_chat_template(tokenize=False)` writes it. Throws TEXT_TEMPLATE, TEXT_MESSAGE. */
  render(messages: readonly Message[], options?: RenderOptions): string;
  /** The prompt in pieces for `Tokenizer.encodePieces`: the template's control tokens count, those spelled in messages do not. */
  pieces(messages: readonly Message[], options?: RenderOptions): Piece[];
  /** The prompt as ids. Throws TEXT_SPECIAL besides the errors of `render`. */
  encode(messages: readonly Message[], options?: RenderOptions): number[];
}

interface Source {
  readonly template: string;
  readonly source: string;
  /** Whether the ids need the tokenizer's own beginning: templates of model folders write it themselves. */
  readonly addSpecial: boolean;
}

/**
 * Vicuna v1.1, the format of Vicuna, LLaVA-1.5 and Video-ChatGPT: FastChat `conversation.py`, template `vicuna_v1.1`.
 * A space ends a user's turn, the end-of-text token an assistant's, and nothing stands between the latter and the next USER.
 */
const VICUNA =
  "{%- if messages[0]['role'] == 'system' -%}{{ messages[0]['content'] }}{%- else -%}" +
  "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions." +
  "{%- endif -%}{{ ' ' }}{%- for message in messages -%}{%- if message['role'] == 'user' -%}{{ 'USER: ' + message['content'] + ' ' }}" +
  "{%- elif message['role'] == 'assistant' -%}{{ 'ASSISTANT: ' + message['content'] + eos_token }}" +
  "{%- elif not loop.first -%}{{ raise_exception('only the first message may come from the system') }}{%- endif -%}{%- endfor -%}" +
  "{%- if add_generation_prompt -%}{{ 'ASSISTANT:' }}{%- endif -%}";

/** No roles at all, for models that only continue text: the contents, one a line. */
const PLAIN =
  "{%- for message in messages -%}{{ message['content'] }}{%- if add_generation_prompt or not loop.last -%}{{ '\\n' }}{%- endif -%}{%- endfor -%}";

/** Templates for folders that have none. */
export const BUILT_IN = { vicuna: VICUNA, plain: PLAIN } as const;

/** The largest template known to us has 40 kB; Jinja is a language, so its programs are kept small. */
const LARGEST = 1e6;

/**
 * Opens the chat template of a model folder: chat_template.jinja, else `chat_template` of tokenizer_config.json (text, or a list from which `name`
 * chooses, "default" if absent), else the built-in one called `fallback`. Throws TEXT_NO_TEMPLATE, TEXT_TEMPLATE.
 */
export async function openChat(
  folder: string,
  tokenizer: Tokenizer,
  options: { name?: string; fallback?: keyof typeof BUILT_IN } = {},
): Promise<Chat> {
  const { name = 'default', fallback } = options;
  const file = join(folder, 'chat_template.jinja');
  if (name === 'default' && (await exists(file))) {
    return createChat({ template: await readTextFile(file, { maxBytes: LARGEST }), source: file, addSpecial: false }, tokenizer);
  }
  const configFile = join(folder, 'tokenizer_config.json');
  const config = (await exists(configFile)) ? await readJsonFile(configFile) : {};
  const template = chooseTemplate(config.chat_template, name, configFile);
  if (template !== undefined) return createChat({ template, source: configFile, addSpecial: false }, tokenizer);
  if (fallback !== undefined) return builtInChat(fallback, tokenizer);
  throw new ModelError('TEXT_NO_TEMPLATE', 'The model folder has no chat template', {
    at: folder,
    expected: 'chat_template.jinja, or chat_template in tokenizer_config.json',
    fix: `choose a built-in one (${Object.keys(BUILT_IN).join(', ')}), or give plain text instead of messages`,
  });
}

/** One of our own templates, for a model whose folder has none. */
export function builtInChat(name: keyof typeof BUILT_IN, tokenizer: Tokenizer): Chat {
  return createChat({ template: BUILT_IN[name], source: `built in: ${name}`, addSpecial: true }, tokenizer);
}

function chooseTemplate(given: unknown, name: string, at: string): string | undefined {
  if (given === undefined || given === null) return undefined;
  const named = typeof given === 'string' ? [{ name: 'default', template: given }] : given;
  const list = Array.isArray(named) ? named.filter(isRecord) : [];
  const found = list.find((t) => t.name === name)?.template;
  if (typeof found === 'string' && found.length <= LARGEST) return found;
  throw new ModelError('TEXT_TEMPLATE', 'The chat template cannot be used', {
    at,
    expected: `a template called "${name}" of at most ${LARGEST} characters`,
    got: list.map((t) => String(t.name)).join(', ') || typeof given,
    fix: 'choose one of those, or repair tokenizer_config.json',
  });
}

function createChat({ template, source, addSpecial }: Source, tokenizer: Tokenizer): Chat {
  const parsed = attempt(source, () => new Template(template));

  const pieces = (messages: readonly Message[], { addGenerationPrompt = true }: RenderOptions = {}): Piece[] => {
    checkMessages(messages);
    // Control tokens spelled in messages pass through the template under a name that nobody can guess, so that afterwards it is known
    // which came from the template and which from a person.
    const nonce = randomBytes(12).toString('hex');
    const hidden: string[] = [];
    const hide = (content: string) => tokenizer.replaceControl(content, (token) => `\u{f0000}${nonce}x${hidden.push(token) - 1}\u{f0001}`);
    const text = attempt(source, () =>
      parsed.render({
        ...tokenizer.specialTokens,
        messages: messages.map(({ role, content }) => ({ role, content: hide(content) })),
        add_generation_prompt: addGenerationPrompt,
      }),
    );
    const parts = text.split(new RegExp(`\u{f0000}${nonce}x(\\d+)\u{f0001}`, 'u'));
    return parts
      .map((part, i) => (i % 2 === 0 ? { text: part, control: true } : { text: hidden[Number(part)]!, control: false }))
      .filter((p) => p.text !== '');
  };

  return {
    source,
    pieces,
    render: (messages, options) =>
      pieces(messages, options)
        .map((p) => p.text)
        .join(''),
    encode: (messages, options) => tokenizer.encodePieces(pieces(messages, options), { addSpecial }),
  };
}

const ROLES: readonly string[] = ['system', 'user', 'assistant'] satisfies Message['role'][];

function checkMessages(messages: readonly Message[]): void {
  const wrong = messages.findIndex((m) => !ROLES.includes(m.role) || typeof m.content !== 'string');
  if (messages.length > 0 && wrong < 0) return;
  throw new ModelError('TEXT_MESSAGE', 'The messages cannot be used', {
    ...(wrong < 0 ? {} : { at: `message ${wrong}` }),
    expected: `at least one message, each with a role (${ROLES.join(', ')}) and a text`,
    got: wrong < 0 ? 'no messages' : JSON.stringify(messages[wrong])?.slice(0, 100),
    fix: 'correct that message',
  });
}

/** Templates are programs of others: whatever they throw is told as their refusal. */
function attempt<T>(source: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new ModelError(
      'TEXT_TEMPLATE',
      'The chat template refused',
      {
        at: source,
        got: cause instanceof Error ? cause.message.slice(0, 300) : String(cause),
        fix: 'follow what it says about the order of roles, or use another template',
      },
      { cause },
    );
  }
}
