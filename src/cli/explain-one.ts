/** One answer of `famenet explain`. The command loads this when it has begun to look at the film. */
import { FameError } from '../base/errors.ts';
import type { FacesReport } from '../faces/report.ts';
import { type Gradient, openGradient } from '../fame/attribution.ts';
import { given, promptOf, weighed } from '../fame/evidence.ts';
import { type Explanation, explain, type Seen } from '../fame/explain.ts';
import type { Fame } from '../fame/fame.ts';
import type { Question } from '../fame/prompt.ts';
import type { EngineOptions } from '../graph/protocol.ts';
import type { KeptPrompt } from '../models/kept.ts';
import type { Settings } from './explain.ts';
import { documentOf, type Explained, printEvidence, printQuestion } from './explain-print.ts';
import type { Asked, Label } from './explain-question.ts';
import type { Told } from './explain-speech.ts';
import type { Out } from './out.ts';

export { keptPrompt } from '../models/kept.ts';

/** What is asked, and what is known by then. */
interface One {
  readonly fame: Fame;
  readonly told: Told;
  readonly index: number;
  readonly label: Label;
  /** Of what was shown before its end. */
  readonly report: FacesReport | undefined;
  readonly seen: Seen | undefined;
  readonly asked: Asked;
  readonly kept: KeptPrompt | undefined;
  readonly beams: number;
  readonly noRepeat: number;
  /** Opens the gradient when the first answer is there. */
  readonly weighing: () => Promise<Gradient | undefined>;
  readonly args: Settings;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** Asks about one utterance and prints as the model speaks. */
export async function explainOne(one: One): Promise<Explained> {
  const { fame, told, index, label, report, seen, asked, kept, beams, noRepeat, weighing, args, out, signal } = one;
  const { utterances, from } = told;
  const faces = asked.on.includes('E') ? report : undefined;
  const question: Question = { turns: utterances, target: index, emotion: label.label, faces };
  printQuestion(utterances, index, label, report, out);
  const { maxNew, temperature, seed } = args;
  const stream = explain(fame, question, { modalities: asked.on, seen, kept, maxNew, beams, noRepeat, temperature, seed, signal });
  let made: Explanation | undefined;
  while (made === undefined) {
    const next = await stream.next();
    if (next.done) made = next.value;
    else out.text(next.value);
  }
  if (made.ids.length === 0) out.note('The model ended its answer at once, so there is nothing to weigh.');
  const evidence =
    args.evidence && made.ids.length > 0
      ? await weighed(fame, question, made, { seen, gradient: await weighing(), signal })
      : given(question, promptOf(fame, question, made, seen), made.receipt.frames);
  const document = documentOf(index, utterances[index]!, label, made, evidence, {
    video: seen || report ? args.video : undefined,
    from,
    report,
    asked,
  });
  printEvidence(document, made, asked, from, out);
  return document;
}

/** The gradient that weighs; packed weights have none, and what masking says is still worth having. */
export async function weighingGradient(fame: Fame, engine: EngineOptions, out: Out): Promise<Gradient | undefined> {
  try {
    return await openGradient(fame, engine);
  } catch (e) {
    if (!(e instanceof FameError) || e.code !== 'FAME_PACKED') throw e;
    out.note('The model is packed, so it has no gradient: evidence comes without shares.');
    return undefined;
  }
}
