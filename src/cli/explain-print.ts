import { basename } from 'node:path';
import type { Utterance } from '../data/index.ts';
import type { FacesReport } from '../faces/index.ts';
import type { Evidence } from '../fame/evidence.ts';
import { evidenceInWords } from '../fame/evidence-words.ts';
import type { Explanation } from '../fame/explain.ts';
import { MODALITIES } from '../fame/prompt.ts';
import type { Asked, Label } from './explain-question.ts';
import type { Told } from './explain-speech.ts';
import type { Out } from './out.ts';

/** One explanation with all that belongs to it: what `--json` prints. */
export interface Explained {
  /** `index` counts from 0; the prompt, and the evidence after it, count turns from 1. */
  readonly utterance: {
    readonly index: number;
    readonly speaker?: string;
    readonly text: string;
    readonly start?: number;
    readonly end?: number;
  };
  readonly emotion: Label;
  readonly cause: string;
  /** `length`: cut off where --max-new ends. */
  readonly finish: Explanation['finish'];
  readonly evidence: Evidence;
  readonly receipt: Readonly<Record<string, unknown>>;
}

/** What is known before the model answers: who said what when, and which expression is asked about. */
export function printQuestion(
  utterances: readonly Utterance[],
  index: number,
  emotion: Label,
  report: FacesReport | undefined,
  out: Out,
): void {
  const { speaker = 'Somebody', text, start, end } = utterances[index]!;
  const times = start === undefined || end === undefined ? '' : `, ${start.toFixed(1)} to ${end.toFixed(1)} s`;
  out.line(`Turn ${index + 1} of ${utterances.length} (--utterance ${index}), ${speaker}${times}: "${text}"`);
  const { of, dominant, dominantScore = 0 } = report?.utterances?.[index] ?? {};
  const read =
    of === 'speaker' && dominant !== undefined
      ? [`Viewers would read the speaker's face as ${dominant} (${percent(dominantScore)}).`]
      : report === undefined
        ? []
        : ["Which face is the speaker's is not known."];
  const asked = emotion.source === 'given' ? [`Asked about: ${emotion.label}, as given.`] : [];
  out.line([...read, ...asked].join(' '));
  out.line();
}

/** What comes after the answer: evidence, and one line that says how it was made. */
export function printEvidence(
  { evidence, receipt, finish }: Explained,
  network: Explanation,
  { on, why }: Asked,
  from: Told['from'],
  out: Out,
): void {
  out.line();
  if (finish === 'length') out.line('The answer was cut off: --max-new allows more.');
  for (const sentence of evidenceInWords(evidence)) out.line(sentence);
  out.line();
  const { model, template, tower } = network.receipt.network;
  const { beams, temperature, seed } = network.receipt.settings;
  const how = beams! > 1 ? `${beams} beams` : temperature! > 0 ? `temperature ${temperature}, seed ${seed}` : 'the likeliest tokens';
  const pictures = evidence.frames.length === 0 ? [] : [`${evidence.frames.length} pictures through ${tower}`];
  const words = 'speech' in from ? [`words as ${from.speech.by} heard them`] : [];
  out.line(
    `Made with ${[model, `${template} template`, String(receipt.modalities), ...pictures, ...words, how].join(', ')}. ${network.receipt.note}`,
  );
  const left = why === undefined || receipt.video === undefined ? [] : MODALITIES.filter((m) => !on.includes(m));
  if (left.length > 0) out.line(`Not asked with ${left.join(' and ')}: ${why}. --modalities ${MODALITIES.join('')} asks with everything.`);
}

/** The document of one explanation. */
export function documentOf(
  index: number,
  { speaker, text, start, end }: Utterance,
  emotion: Label,
  made: Explanation,
  evidence: Evidence,
  more: {
    readonly video?: string | undefined;
    readonly from: Told['from'];
    readonly report?: FacesReport | undefined;
    readonly asked: Asked;
  },
): Explained {
  const { network, prompt, frames, reused, settings, note } = made.receipt;
  return {
    utterance: {
      index,
      ...(speaker === undefined ? {} : { speaker }),
      text,
      ...(start === undefined || end === undefined ? {} : { start, end }),
    },
    emotion,
    cause: made.text,
    finish: made.finish,
    evidence,
    receipt: {
      ...network,
      modalities: prompt.modalities,
      ...(more.asked.why === undefined ? {} : { whyModalities: more.asked.why }),
      frames,
      ...(reused === undefined ? {} : { reused }),
      ...more.from,
      ...(more.video === undefined ? {} : { video: basename(more.video) }),
      prompt,
      settings,
      ...(more.report === undefined ? {} : { faces: more.report.receipt }),
      note,
    },
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
