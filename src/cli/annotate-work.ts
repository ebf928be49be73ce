import { adviceOn, type Campaign, CHOICES, nextFor, practiceFor, type Task, viewFor } from '../protocol/index.ts';
import { asked, inCampaign, PERSON_ARGS, type PersonArgs, readCampaign, type Session, STORE_ARGS } from './annotate-campaign.ts';
import { MODEL_ARG, runGate } from './annotate-gate.ts';
import { taskLine, tellView, tellWriting } from './annotate-print.ts';
import { WRITING_ARGS, writingOf } from './annotate-writing.ts';
import { choice, command, flag, integer, text } from './command.ts';
import type { Out } from './out.ts';

const ITEM = text({ positional: true, about: 'id of the item' });
const WHO = { ...STORE_ARGS, ...PERSON_ARGS } as const;
const ROUND = integer({ min: 1, about: 'round of the item that you looked at: refused where its drafts are others now' });
const inRound = (round: number | undefined) => (round === undefined ? {} : { round });

export const next = command({
  name: 'next',
  about: 'Take the next task, and show what belongs to it',
  examples: ['famenet annotate next --as ann', 'famenet annotate next --as ann --peek'],
  args: { peek: flag({ about: 'only look: take no seat, draw no items' }), ...WHO },
  async run({ args, out }) {
    if (args.peek) {
      const { campaign } = await readCampaign(args);
      return tellTask(out, campaign, args.as, nextFor(campaign, args.as));
    }
    await inCampaign(args, async (session) => {
      await session.carryOut((campaign) => {
        const task = nextFor(campaign, args.as);
        if (task.do === 'train') return asked('train', session, args, { person: args.as });
        if ((task.do !== 'draft' && task.do !== 'vote') || task.taken) return undefined;
        return asked('take', session, args, { item: task.item, seat: task.do });
      });
      tellTask(out, session.campaign, args.as, nextFor(session.campaign, args.as));
    });
  },
});

function tellTask(out: Out, campaign: Campaign, as: string, task: Task): void {
  out.line(taskLine(task));
  const view = 'item' in task ? viewFor(campaign, as, task.item) : undefined;
  const practice = task.do === 'judge' ? practiceFor(campaign, as, task.person) : undefined;
  if (view !== undefined) tellView(out, view);
  for (const [item, { writing }] of practice?.practice ?? []) tellWriting(out, item, writing);
  const guidelines = campaign.settings?.guidelines.at(-1)?.version;
  if (view !== undefined) out.note(`By guidelines ${guidelines}: famenet annotate guidelines shows them.`);
  out.done({
    task,
    view: view ?? null,
    practice: practice === undefined ? null : [...practice.practice].map(([item, { writing }]) => ({ item, writing })),
    guidelines: guidelines ?? null,
  });
}

export const draft = command({
  name: 'draft',
  about: 'Write why a speaker shows an emotion, alone; the second draft of an item goes to the gate',
  example: 'famenet annotate draft 480_5 --as ann --cause "Ross …" --reasoning "…" --turn 3 --face 2@1.5="she smiles" --nothing sound',
  args: { item: ITEM, ...WRITING_ARGS, ...MODEL_ARG, ...WHO },
  async run({ args, out, signal }) {
    const writing = await writingOf(args);
    const { item } = args;
    await inCampaign(args, async (session) => {
      const practice = practises(session.campaign, args.as, item);
      await session.carryOut(() => asked(practice ? 'practise' : 'draft', session, args, { item, writing }));
      out.line(`${item}: ${practice ? 'practised' : 'drafted'}`);
      for (const advice of adviceOn(writing)) out.note(advice);
      // What it scored stays closed to its authors while others vote: only what follows from it is told.
      const gated = practice ? [] : await runGate(session, args.gateModel, { out, signal });
      ended(out, session, args, item, { practice, gate: gated.find((one) => one.item === item)?.state ?? null });
    });
  },
});

/** Whether what the person writes about the item belongs to the training round. */
function practises({ people }: Campaign, as: string, item: string): boolean {
  const training = people.get(as)?.training;
  return training !== undefined && !training.approved && training.items.includes(item);
}

export const retract = command({
  name: 'retract',
  about: 'Take the own draft back, before both are there',
  example: 'famenet annotate retract 480_5 --as ann',
  args: { item: ITEM, ...WHO },
  run: ({ args, out }) => atItem(args, out, (session) => asked('retract', session, args, { item: args.item })),
});

export const release = command({
  name: 'release',
  about: 'Give back a seat from which nothing was written',
  example: 'famenet annotate release 480_5 draft --as ann',
  args: { item: ITEM, seat: choice(['draft', 'vote'], { positional: true, about: 'which seat' }), ...WHO },
  run: ({ args, out }) => atItem(args, out, (session) => asked('release', session, args, { item: args.item, seat: args.seat })),
});

export const vote = command({
  name: 'vote',
  about: 'Choose between two drafts, whoever wrote them',
  example: 'famenet annotate vote 480_5 a --as cem --note "b names an echo, not the event"',
  args: {
    item: ITEM,
    choice: choice(CHOICES, { positional: true, about: 'the better draft' }),
    note: text({ about: 'why' }),
    round: ROUND,
    ...WHO,
  },
  async run({ args, out }) {
    const { item, note, round } = args;
    const more = { ...(note === undefined ? {} : { note }), ...inRound(round) };
    await atItem(args, out, async (session) => {
      const seat = args.key && `${args.key}/seat`;
      await session.carryOut((campaign) =>
        viewFor(campaign, args.as, item)?.may.includes('take-vote')
          ? asked('take', session, { ...args, key: seat }, { item, seat: 'vote' })
          : undefined,
      );
      return asked('vote', session, args, { item, choice: args.choice, ...more });
    });
  },
});

export const discuss = command({
  name: 'discuss',
  about: 'Show the discussion of an item, or say something in it',
  examples: [
    'famenet annotate discuss 480_5 --as ann',
    'famenet annotate discuss 480_5 --as ann --say "At 2 s she has not seen the cup yet."',
  ],
  args: { item: ITEM, say: text({ about: 'what to say' }), round: ROUND, ...WHO },
  async run({ args, out }) {
    const { item, say } = args;
    if (say !== undefined) return atItem(args, out, (session) => asked('say', session, args, { item, text: say, ...inRound(args.round) }));
    const { id, campaign } = await readCampaign(args);
    ended(out, { id, campaign }, args, item, {});
  },
});

export const revise = command({
  name: 'revise',
  about: 'Put another text forward in the discussion, and accept it',
  example: 'famenet annotate revise 480_5 --as ann --file better.json --key better',
  args: { item: ITEM, ...WRITING_ARGS, round: ROUND, ...WHO },
  async run({ args, out }) {
    const writing = await writingOf(args);
    await atItem(args, out, (session) => asked('revise', session, args, { item: args.item, writing, ...inRound(args.round) }));
  },
});

export const accept = command({
  name: 'accept',
  about: 'Say which text should be published; both authors have to say the same',
  example: 'famenet annotate accept 480_5 better --as bob',
  args: { item: ITEM, text: text({ positional: true, about: 'a, b, or the id (key) of a revision' }), round: ROUND, ...WHO },
  run: ({ args, out }) =>
    atItem(args, out, (session) => asked('accept', session, args, { item: args.item, text: args.text, ...inRound(args.round) })),
});

type ItemArgs = Parameters<typeof inCampaign>[0] & PersonArgs & { readonly item: string };

/** Carries out one command about an item, and shows the item afterwards. */
async function atItem(
  args: ItemArgs,
  out: Out,
  plan: (session: Session) => ReturnType<typeof asked> | Promise<ReturnType<typeof asked>>,
): Promise<void> {
  await inCampaign(args, async (session) => {
    const planned = await plan(session);
    await session.carryOut(() => planned);
    ended(out, session, args, args.item, {});
  });
}

/** Shows an item as the person may see it, and ends the command. Throws PROTOCOL_STRANGER, PROTOCOL_ITEM. */
function ended(out: Out, { campaign }: Pick<Session, 'id' | 'campaign'>, { as }: PersonArgs, item: string, more: object): void {
  const view = viewFor(campaign, as, item);
  if (view !== undefined) {
    tellView(out, view);
    out.line(`  Now: ${view.status}${view.round === 1 ? '' : `, round ${view.round}`}.`);
  }
  out.done({ item, status: view?.status ?? null, view: view ?? null, ...more });
}
