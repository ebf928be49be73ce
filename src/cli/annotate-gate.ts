/** The gate's scorer: BERTScore of two causes, by a model in a folder. */
import { type Baseline, bertScore, publishedBaseline, readBaseline, tokenise } from '../metrics/index.ts';
import { type Campaign, GATE, pending, type TextPair } from '../protocol/index.ts';
import { asked, inCampaign, type Session, STORE_ARGS } from './annotate-campaign.ts';
import { command, flag, integer, path } from './command.ts';
import type { Out } from './out.ts';

/** Scores pairs of texts, and says by which measure. */
export interface Scorer {
  readonly signature: string;
  score(pairs: readonly TextPair[], signal?: AbortSignal): Promise<number[]>;
}

/** The model by which drafts are compared. */
export const MODEL_ARG = {
  gateModel: path({
    env: 'FAMENET_GATE_MODEL',
    mustExist: true,
    is: 'folder',
    about: 'RoBERTa or BERT folder that compares drafts by BERTScore',
  }),
} as const;

/** How it compares them, chosen when a campaign opens. */
export const SCORER_ARGS = {
  ...MODEL_ARG,
  layer: integer({ min: 1, about: "the model's layer; the one that bert_score recommends where it knows the model, else the last" }),
  rescale: flag({ default: false, about: 'minus what unrelated sentences score, by the published baseline' }),
  baseline: path({ mustExist: true, is: 'file', about: "another baseline to rescale with: bert_score's table LAYER,P,R,F" }),
} as const;

/** A new measure. Throws what opening the model throws, METRIC_BASELINE. */
export async function openScorer(
  folder: string,
  { layer, rescale, baseline }: { readonly layer: number | undefined; readonly rescale: boolean; readonly baseline: string | undefined },
): Promise<Scorer> {
  const { openEncoder } = await import('../models/index.ts'); // the engine is loaded only where it is asked for
  const encoder = await openEncoder(folder, layer === undefined ? {} : { layer });
  if (baseline !== undefined) return scorerOf(encoder, await readBaseline(baseline, encoder.layer));
  return scorerOf(encoder, rescale ? publishedBaseline(encoder.name) : undefined);
}

/** The measure that a signature names, as far as the signature says it: layer and baseline. Whether the model is the same one shows in the new signature. */
export async function scorerNamed(folder: string, signature: string): Promise<Scorer> {
  const { openEncoder } = await import('../models/index.ts');
  const layer = /\|model:[^|]*_L(\d+)_/.exec(signature)?.[1];
  const baseline = /\|rescaled:([\d.e-]+)\/([\d.e-]+)\/([\d.e-]+)/.exec(signature)?.slice(1).map(Number);
  const encoder = await openEncoder(folder, layer === undefined ? {} : { layer: Number(layer) });
  return scorerOf(encoder, baseline && { p: baseline[0]!, r: baseline[1]!, f: baseline[2]! });
}

function scorerOf(encoder: Parameters<typeof bertScore>[0]['encoder'], baseline: Baseline | undefined): Scorer {
  const metric = bertScore({ encoder, ...(baseline === undefined ? {} : { baseline }) });
  return {
    signature: metric.signature(undefined as never), // it has nothing of the items in it
    async score(pairs, signal) {
      const items = tokenise(
        pairs.map(([hyp, ref], i) => ({ id: `${i}`, hyp, refs: [ref] })),
        'whitespace',
      );
      const context = await metric.prepare!(items, { signal });
      return items.map((item) => metric.segment(item, context).f);
    },
  };
}

/** What the gate did, or why it did nothing. */
export interface Gated {
  readonly item: string;
  readonly state: 'voting' | 'discussing' | 'ungated';
  readonly score?: number;
}

/**
 * Measures the agreement of all pairs of drafts that wait for it. Without a model, they go on waiting: nothing is published unmeasured, and no other measure
 * takes its place. Throws PROTOCOL_SIGNATURE for another model than the campaign was opened with.
 */
export async function runGate(
  session: Session,
  folder: string | undefined,
  { out, signal }: { readonly out: Out; readonly signal: AbortSignal },
): Promise<Gated[]> {
  const waiting = pending(session.campaign);
  const signature = gateOf(session.campaign);
  if (waiting.length === 0 || signature === undefined) return [];
  if (folder === undefined) {
    out.note(
      `Ungated: ${waiting.map(({ item }) => item).join(', ')}. Both drafts are there; \`famenet annotate gate --gate-model FOLDER\` compares them (${signature}).`,
    );
    return waiting.map(({ item }) => ({ item, state: 'ungated' }));
  }
  const scorer = await scorerNamed(folder, signature);
  const scores = await scorer.score(
    waiting.map(({ a, b }) => [a, b] as const),
    signal,
  );
  const done: Gated[] = [];
  for (const [i, { item, round }] of waiting.entries()) {
    const score = scores[i]!;
    await session.carryOut(() =>
      asked('measure', session, { as: GATE, key: `gate/${item}/${round}` }, { item, round, score, signature: scorer.signature }),
    );
    done.push({ item, score, state: session.campaign.items.get(item)!.measured?.passed ? 'voting' : 'discussing' });
  }
  return done;
}

function gateOf({ settings }: Campaign): string | undefined {
  const gate = settings?.policy.gate;
  return gate === undefined || 'none' in gate ? undefined : gate.signature;
}

export const gate = command({
  name: 'gate',
  about: 'Compare the drafts that wait for it: who agrees is voted on, who does not discusses',
  example: 'famenet annotate gate --gate-model models/roberta-large',
  args: { ...MODEL_ARG, ...STORE_ARGS },
  async run({ args, out, signal }) {
    const gated = await inCampaign(args, (session) => runGate(session, args.gateModel, { out, signal }));
    out.table(gated.map(({ item, score, state }) => ({ item, score: score === undefined ? '' : score.toFixed(4), now: state })));
    if (gated.length === 0) out.line('Nothing waits for the gate.');
    out.done({ gated });
  },
});
