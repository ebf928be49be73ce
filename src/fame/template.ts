/** How the models that FAME-Net stands on want a question and its answer written. A template is data: the words before, between and behind. */
import { ModelError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Tokenizer } from '../text/index.ts';
import { control, learnt, learntControl, type Part } from './parts.ts';

export interface Template {
  /** Before the question, with what the model is told first. */
  readonly before: string;
  /** Between the question and the answer. */
  readonly after: string;
  /** Before the answer's first word; belongs to what is learnt. */
  readonly answer: string;
  /** The control token behind an answer; the tokenizer's own end-of-text token where absent. */
  readonly end?: string;
  /** Control tokens without which this template would be mere words. */
  readonly needs: readonly string[];
  /** Words that give the turn to somebody although they are no control tokens; in quotations they are taken apart (turns.ts). */
  readonly roles: readonly string[];
  /** Without <Instruction>: for models that were made for this one question. */
  readonly bare?: boolean;
}

/**
 * - vicuna: FastChat's `vicuna_v1.1`, of Vicuna, LLaVA-1.5 and Video-ChatGPT's training; its first sentences are part of what those models learnt.
 * - llama2, llama3, qwen2: as the `chat_template` of the published instruction-tuned models writes one question (qwen2 is ChatML).
 * - plain: the paper's own line (§4.4), for models that only continue text.
 * - mini: FAME-mini's own; its vocabulary has these two tokens for nothing else.
 */
export const TEMPLATES = {
  vicuna: {
    before:
      'A chat between a curious user and an artificial intelligence assistant. ' +
      "The assistant gives helpful, detailed, and polite answers to the user's questions. USER: ",
    after: ' ASSISTANT:',
    answer: ' ',
    needs: [],
    roles: ['USER:', 'ASSISTANT:'],
  },
  llama2: { before: '[INST] ', after: ' [/INST]', answer: ' ', needs: [], roles: ['[INST]', '[/INST]', '<<SYS>>', '<</SYS>>'] },
  llama3: {
    before: '<|start_header_id|>user<|end_header_id|>\n\n',
    after: '<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    answer: '',
    end: '<|eot_id|>',
    needs: ['<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
    roles: [],
  },
  qwen2: {
    before: '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n',
    after: '<|im_end|>\n<|im_start|>assistant\n',
    answer: '',
    end: '<|im_end|>',
    needs: ['<|im_start|>', '<|im_end|>'],
    roles: [],
  },
  plain: { before: 'USER: ', after: '\nAssistant:', answer: ' ', needs: [], roles: ['USER:', 'Assistant:'] },
  mini: { before: '<|ask|>', after: '<|answer|>', answer: '', needs: ['<|ask|>', '<|answer|>'], roles: [], bare: true },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof TEMPLATES;

/** The template whose control tokens a tokenizer has; Vicuna's where it has none, since that is what the paper builds on. llama2 cannot be told from it. */
export function templateFor(tokenizer: Tokenizer): TemplateName {
  const names = Object.keys(TEMPLATES) as TemplateName[];
  return names.find((name) => TEMPLATES[name].needs.length > 0 && missing(TEMPLATES[name], tokenizer).length === 0) ?? 'vicuna';
}

/** A template by its name. @throws ModelError FAME_TEMPLATE for a name that is none, or a tokenizer that lacks its control tokens */
export function templateNamed(name: string, tokenizer: Tokenizer): Template {
  const found: Template | undefined = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name as TemplateName] : undefined;
  const absent = found ? missing(found, tokenizer) : [];
  if (found && absent.length === 0) return found;
  const near = nearest(name, Object.keys(TEMPLATES));
  throw new ModelError('FAME_TEMPLATE', `The template "${name}" cannot be used`, {
    at: tokenizer.at,
    expected: found ? `a tokenizer with ${found.needs.join(', ')}` : Object.keys(TEMPLATES).join(', '),
    got: found ? `none of ${absent.join(', ')}` : `"${name}"${near ? `; did you mean "${near}"?` : ''}`,
    fix: `use "${templateFor(tokenizer)}" with this model`,
  });
}

const missing = (template: Template, tokenizer: Tokenizer): string[] => template.needs.filter((t) => tokenizer.idOf(t) === undefined);

/**
 * A question, and its answer where it is known, as parts. The end of an answer is learnt with it: otherwise a model trained on it would never stop.
 * @throws ModelError FAME_TEMPLATE where an answer is given and nothing can end it
 */
export function asTurn(template: Template, tokenizer: Tokenizer, question: readonly Part[], answer?: string): Part[] {
  const asked = [control(template.before), ...question, control(template.after)];
  if (answer === undefined) return asked;
  const end = template.end ?? tokenizer.specialTokens.eos_token;
  if (end !== undefined) return [...asked, learnt(template.answer + answer), learntControl(end)];
  throw new ModelError('FAME_TEMPLATE', 'Nothing can end an answer', {
    at: tokenizer.at,
    expected: 'an end of its own, or an "eos_token" in tokenizer_config.json',
    got: 'neither',
    fix: 'add the eos_token that the model was trained with',
  });
}

/** Ids that end an answer: the tokenizer's, and the template's. */
export function stopIds(template: Template, tokenizer: Tokenizer): number[] {
  const own = template.end === undefined ? undefined : tokenizer.idOf(template.end);
  return [...new Set([...tokenizer.eos, ...(own === undefined ? [] : [own])])];
}
