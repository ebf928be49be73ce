import { UsageError } from '../base/errors.ts';
import { readTextFile } from '../base/file.ts';
import { dialoguesBeside, readMeld } from '../data/index.ts';
import { readReferences } from '../metrics/index.ts';
import {
  ALLOWED,
  type Calibration,
  calibrate as calibrateGate,
  ECEM,
  type GatePolicy,
  GUIDELINES,
  MODALITIES,
  type NoGate,
  refusalError,
  type TextPair,
} from '../protocol/index.ts';
import { asked, inCampaign, PERSON_ARGS, STORE_ARGS } from './annotate-campaign.ts';
import { openScorer, SCORER_ARGS, type Scorer } from './annotate-gate.ts';
import { isEcem, itemsOf } from './annotate-items.ts';
import { choice, command, integer, list, number, path, text } from './command.ts';
import type { Out } from './out.ts';

const BATCH = 100; // items in one event: with their dialogues, a few hundred thousand characters

/** How the gate is tried before it may decide anything. */
const CALIBRATION_ARGS = {
  pairs: path({
    mustExist: true,
    is: 'file',
    about: 'texts of people who explained the same things: references with two or more causes for each id',
  }),
  threshold: number({ default: ECEM.threshold, about: 'drafts with a score above it are voted on' }),
  allowed: number({ default: ALLOWED, min: 0, max: 1, about: 'largest share of shuffled pairs that may pass' }),
  seed: integer({ default: 1, min: 0, max: 2 ** 32 - 1, about: 'of what is left to chance' }),
} as const;

export const calibrate = command({
  name: 'calibrate',
  about: 'Try a gate: what it does to pairs that belong together, and to the same texts shuffled',
  example: 'famenet annotate calibrate --pairs two-writers.jsonl --gate-model models/roberta-large --rescale',
  args: { ...CALIBRATION_ARGS, ...SCORER_ARGS },
  async run({ args, out, signal }) {
    const { pairs, gateModel, ...rest } = args;
    const { calibration } = await tried(
      { ...rest, pairs: needed(pairs, '--pairs'), gateModel: needed(gateModel, '--gate-model') },
      out,
      signal,
    );
    const { summary, suggested, fault } = calibration;
    if (fault !== undefined) out.line(`No campaign opens with it: ${fault.what} (${fault.got}).`);
    out.done({ ...summary, suggested, fault: fault ?? null });
  },
});

export const open = command({
  name: 'open',
  about: 'Open a campaign: its items, its guidelines, and a gate that was shown to tell something',
  examples: [
    'famenet annotate open train.clean.json --as lea --gate-model models/roberta-large --rescale --pairs two-writers.jsonl',
    'famenet annotate open dialogues.jsonl --as lea --gate none --reason "a pilot: everything is discussed"',
  ],
  args: {
    data: path({
      positional: true,
      mustExist: true,
      is: 'file',
      about: 'statements of ECEM, or dialogues with emotions (JSONL, JSON, MELD)',
    }),
    meld: path({
      mustExist: true,
      is: 'folder',
      about:
        "of ECEM's statements: folder of MELD's tables, for the turns before them; where absent a dialogues.jsonl beside the file, as build writes it",
    }),
    modalities: list(choice(MODALITIES), { about: 'what annotators can look at; all where there are films, else text' }),
    title: text({ about: 'of the campaign; its id where absent' }),
    name: text({ about: 'your name; your id where absent' }),
    voters: integer({ default: ECEM.voters, min: 1, max: 99, about: 'who vote on an item, an odd number' }),
    training: integer({ default: ECEM.training.items, min: 0, about: 'items that an annotator practises on; 0 for no training round' }),
    guidelines: path({ mustExist: true, is: 'file', about: "Markdown; famenet's own where absent" }),
    guidelinesVersion: text({ default: GUIDELINES.version, about: 'of the guidelines' }),
    gate: choice(['bertscore', 'none'], { default: 'bertscore', about: 'none sends every pair of drafts to discussion' }),
    reason: text({ about: 'with --gate none: why' }),
    ...CALIBRATION_ARGS,
    ...SCORER_ARGS,
    ...STORE_ARGS,
    ...PERSON_ARGS,
  },
  async run({ args, out, signal }) {
    const { data, meld: folder, modalities, voters } = args;
    const meld = folder === undefined ? undefined : await readMeld(folder);
    const content = await readTextFile(data, { maxBytes: 256e6 });
    const beside = meld === undefined && isEcem(content) ? await dialoguesBeside(data) : undefined;
    const items = itemsOf(content, data, { meld, beside, ...(modalities.length > 0 ? { modalities } : {}) });
    const guidelines = {
      version: args.guidelinesVersion,
      text: args.guidelines === undefined ? GUIDELINES.text : await readTextFile(args.guidelines),
    };
    const gate = await gateOf(args, out, signal);
    const id = args.campaign ?? 'annotation';
    const policy = { voters, gate, training: { ...ECEM.training, items: args.training } };
    await inCampaign(
      args,
      async (session) => {
        const { title = id, name = args.as, seed } = args;
        await session.carryOut(() => asked('open', session, args, { title, name, policy, guidelines, seed }));
        for (let from = 0; from < items.length; from += BATCH) {
          const key = args.key && `${args.key}/${from}`;
          await session.carryOut(() => asked('add-items', session, { ...args, key }, { items: items.slice(from, from + BATCH) }));
          out.progress({ done: Math.min(from + BATCH, items.length), total: items.length, unit: 'items', label: 'Adding' });
        }
      },
      id,
    );
    out.line(
      `${id}: ${items.length} items, guidelines ${guidelines.version}, ${'none' in gate ? 'no gate' : `gate above ${gate.threshold}`}`,
    );
    out.done({ campaign: id, items: items.length, guidelines: guidelines.version, policy });
  },
});

type GateArgs = Parameters<(typeof open)['run']>[0]['args'];

async function gateOf(args: GateArgs, out: Out, signal: AbortSignal): Promise<GatePolicy | NoGate> {
  const { gate, reason, pairs, gateModel, ...rest } = args;
  if (gate === 'none') return { none: needed(reason, '--reason') };
  const { calibration, signature } = await tried(
    { ...rest, pairs: needed(pairs, '--pairs'), gateModel: needed(gateModel, '--gate-model') },
    out,
    signal,
  );
  if (calibration.fault !== undefined) throw refusalError(calibration.fault);
  return { signature, threshold: args.threshold, calibration: calibration.summary };
}

async function tried(
  {
    pairs: file,
    gateModel,
    threshold,
    allowed,
    seed,
    ...how
  }: Pick<GateArgs, 'threshold' | 'allowed' | 'seed' | 'layer' | 'rescale' | 'baseline'> & {
    readonly pairs: string;
    readonly gateModel: string;
  },
  out: Out,
  signal: AbortSignal,
): Promise<{ readonly calibration: Calibration; readonly signature: string }> {
  const pairs = (await readReferences(file)).flatMap(({ refs: [a, b] }): TextPair[] =>
    a === undefined || b === undefined ? [] : [[a, b]],
  );
  const { signature, score }: Scorer = await openScorer(gateModel, how);
  const calibration = await calibrateGate(pairs, (asked) => score(asked, signal), { seed, signature, threshold, allowed });
  tell(out, calibration);
  return { calibration, signature };
}

function tell(out: Out, { summary: { signature, threshold, pairs, passing, histogram }, suggested }: Calibration): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  out.line(`Gate ${signature}, above ${threshold}:`);
  out.line(
    `  ${percent(passing.matched)} of ${pairs.matched} pairs that belong together pass, ${percent(passing.shuffled)} of ${pairs.shuffled} shuffled ones.`,
  );
  out.line(`  At ${suggested} no more shuffled pairs pass than are allowed.`);
  const width = (histogram.to - histogram.from) / histogram.matched.length;
  const rows = histogram.matched.map((matched, i) => ({
    from: (histogram.from + i * width).toFixed(3),
    matched,
    shuffled: histogram.shuffled[i]!,
  }));
  out.table(rows.filter(({ matched, shuffled }) => matched + shuffled > 0));
}

function needed<T>(value: T | undefined, option: string): T {
  if (value !== undefined) return value;
  throw new UsageError('ANNOTATE_GATE', `A gate cannot be opened without ${option}`, {
    at: option,
    expected: 'a model (--gate-model) and pairs to try it on (--pairs), or --gate none with a --reason',
    fix: 'scores of sentences that have nothing to do with each other lie close to those of good pairs: an untried threshold means nothing',
  });
}
