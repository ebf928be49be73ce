import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { writeTextFile } from '../base/atomic.ts';
import { ecemText } from '../data/index.ts';
import { type Campaign, parseEvent, progressOf, protocolParagraph, results, STATUSES, statusOf } from '../protocol/index.ts';
import { dump as dumpLines, openStore, openStoreReader, restore as restoreLines } from '../store/index.ts';
import { readCampaign, STORE_ARGS } from './annotate-campaign.ts';
import { ecemRows } from './annotate-items.ts';
import { command, flag, path } from './command.ts';
import { checkWritten } from './table.ts';

export const status = command({
  name: 'status',
  about: 'Show how far a campaign is',
  examples: ['famenet annotate status', 'famenet annotate status --items'],
  args: { items: flag({ default: false, about: 'also each item' }), ...STORE_ARGS },
  async run({ args, out }) {
    const { id, campaign } = await readCampaign(args);
    const progress = progressOf(campaign);
    const items = itemsOf(campaign);
    out.line(`${id}: ${STATUSES.map((one) => `${progress.statuses[one]} ${one}`).join(', ')}`);
    if (progress.statuses.drafted > 0)
      out.line(`${progress.statuses.drafted} ungated: both drafts are there, and \`famenet annotate gate\` has not compared them yet.`);
    if (progress.stalled.length > 0) out.line(`Their authors have left, so a lead has to reassign: ${progress.stalled.join(', ')}`);
    if (campaign.refused.length > 0) out.line(`${campaign.refused.length} events in the store were refused by the rules and do not count.`);
    out.table(progress.people.map(({ approved, ...person }) => ({ ...person, training: approved ? 'approved' : '' })));
    if (args.items) out.table(items);
    out.line(protocolParagraph(campaign));
    out.done({
      campaign: id,
      ...progress,
      refused: campaign.refused.length,
      ...(args.items ? { each: items } : {}),
      paragraph: protocolParagraph(campaign),
    });
  },
});

const itemsOf = ({ items, settings }: Campaign) =>
  settings === undefined
    ? []
    : [...items.values()].map((item) => ({
        item: item.item.id,
        status: statusOf(item, settings.policy),
        emotion: item.item.emotion,
        round: item.round,
      }));

export const exportResults = command({
  name: 'export',
  about: "Write what is published in ECEM's format, and if wanted all that led to it",
  example: 'famenet annotate export --out ecem.json --details published.jsonl',
  args: {
    out: path({ required: true, about: 'JSON in the conversation format of ECEM' }),
    details: path({ about: 'JSONL: evidence, both drafts, the score, votes and discussion of each item; people by their ids' }),
    ...STORE_ARGS,
  },
  async run({ args, out }) {
    checkWritten({ '--out': args.out, '--details': args.details }, [args.db]);
    const { id, campaign } = await readCampaign(args);
    const published = results(campaign);
    await writeTextFile(args.out, ecemText(ecemRows(published)));
    if (args.details !== undefined) await writeTextFile(args.details, published.map((result) => `${JSON.stringify(result)}\n`).join(''));
    out.line(`${id}: ${published.length} of ${campaign.items.size} items are published, in ${args.out}`);
    out.done({ campaign: id, published: published.length, items: campaign.items.size, out: args.out, details: args.details ?? null });
  },
});

export const dump = command({
  name: 'dump',
  about: 'Write all events as lines of JSON, from which any store can be restored',
  examples: ['famenet annotate dump --out events.jsonl', 'famenet annotate dump --out public.jsonl --redacted'],
  args: {
    out: path({ required: true, about: 'the file to write' }),
    redacted: flag({ default: false, about: 'of one campaign: without what was erased, and without what was refused' }),
    ...STORE_ARGS,
  },
  async run({ args, out }) {
    checkWritten({ '--out': args.out }, [args.db]);
    const lines: string[] = [];
    if (args.redacted) {
      const { id, campaign } = await readCampaign(args);
      const events = [...campaign.events.values()];
      for await (const line of dumpLines(inMemory(id, events))) lines.push(line);
    } else {
      const store = await openStoreReader(args.db, { eventOf: parseEvent });
      try {
        for await (const line of dumpLines(store, args.campaign === undefined ? undefined : [args.campaign])) lines.push(line);
      } finally {
        await store.close();
      }
    }
    await writeTextFile(args.out, `${lines.join('\n')}\n`);
    out.line(`${args.out}: ${lines.length - 1} events`);
    out.done({ out: args.out, events: lines.length - 1 });
  },
});

/** Events as a store of one campaign that is only read. */
function inMemory<E extends { readonly id: string }>(campaign: string, events: readonly E[]) {
  return {
    async *read() {
      yield* events.map((event, i) => ({ version: i + 1, event }));
    },
    version: async () => events.length,
    campaigns: async () => [{ campaign, version: events.length }],
    close: async () => {},
  };
}

export const restore = command({
  name: 'restore',
  about: 'Put a dump into a store; what is there already is not doubled',
  example: 'famenet annotate restore events.jsonl --db restored.db',
  args: { file: path({ positional: true, mustExist: true, is: 'file', about: 'what `annotate dump` wrote' }), db: STORE_ARGS.db },
  async run({ args, out }) {
    const store = await openStore(args.db, { eventOf: parseEvent });
    try {
      const lines = createInterface({ input: createReadStream(args.file), crlfDelay: Number.POSITIVE_INFINITY });
      const events = await restoreLines(store, lines, { eventOf: parseEvent, at: args.file });
      out.line(`${args.db}: ${events} events`);
      out.done({ db: args.db.replace(/^(\w+:\/\/).*@/, '$1'), events });
    } finally {
      await store.close();
    }
  },
});
