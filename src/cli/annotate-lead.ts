import { readTextFile } from '../base/file.ts';
import { SEATS } from '../protocol/index.ts';
import { asked, inCampaign, PERSON_ARGS, readCampaign, type Session, STORE_ARGS } from './annotate-campaign.ts';
import { choice, command, flag, path, text } from './command.ts';
import type { Out } from './out.ts';

const WHO = { ...STORE_ARGS, ...PERSON_ARGS } as const;
const ITEM = text({ positional: true, about: 'id of the item' });
const REASON = text({ required: true, about: 'why' });

export const reassign = command({
  name: 'reassign',
  about: 'Give a seat to somebody else, or free; what was drafted from it is set aside',
  example: 'famenet annotate reassign 480_5 draft ann --to dan --reason "ann is ill" --as lea',
  args: {
    item: ITEM,
    seat: choice(SEATS, { positional: true, about: 'which seat' }),
    from: text({ positional: true, about: 'id of who has it' }),
    to: text({ about: 'id of who gets it; free where absent' }),
    reason: REASON,
    ...WHO,
  },
  async run({ args, out }) {
    const { item, seat, from, to, reason } = args;
    const orders = { item, seat, from, reason, ...(to === undefined ? {} : { to }) };
    await done(
      args,
      out,
      (session) => asked('reassign', session, args, orders),
      `${item}: the seat to ${seat} goes from ${from} to ${to ?? 'nobody yet'}`,
    );
  },
});

export const withdraw = command({
  name: 'withdraw',
  about: 'Take an item out of the campaign, whatever its state',
  example: 'famenet annotate withdraw 480_5 --reason "its film is damaged" --as lea',
  args: { item: ITEM, reason: REASON, ...WHO },
  async run({ args, out }) {
    const { item, reason } = args;
    await done(args, out, (session) => asked('withdraw', session, args, { item, reason }), `${item}: withdrawn`);
  },
});

export const close = command({
  name: 'close',
  about: 'End a campaign: nothing is written any more',
  example: 'famenet annotate close --as lea',
  args: WHO,
  run: ({ args, out }) => done(args, out, (session) => asked('close', session, args, {}), 'Closed'),
});

export const guidelines = command({
  name: 'guidelines',
  about: 'Show the guidelines of a campaign, or publish a new version',
  examples: ['famenet annotate guidelines', 'famenet annotate guidelines --publish guidelines.md --version 2 --as lea'],
  args: {
    publish: path({ mustExist: true, is: 'file', about: 'a new version, in Markdown' }),
    version: text({ about: 'its number; or of those that are shown, the last where absent' }),
    ...STORE_ARGS,
    as: text({ env: 'FAMENET_PERSON', about: 'with --publish: your id in the campaign' }),
  },
  async run({ args, out }) {
    const { publish, version = '', as = '' } = args;
    if (publish !== undefined) {
      const content = await readTextFile(publish);
      const orders = { guidelines: { version, text: content } };
      return done(
        args,
        out,
        (session) => asked('publish-guidelines', session, { as, key: undefined }, orders),
        `Guidelines ${version} hold`,
      );
    }
    const { campaign } = await readCampaign(args);
    const known = campaign.settings?.guidelines ?? [];
    const shown = known.find((one) => one.version === version) ?? known.at(-1);
    out.text(shown?.text ?? '');
    out.done({ version: shown?.version ?? null, text: shown?.text ?? null, versions: known.map((one) => one.version) });
  },
});

export const erase = command({
  name: 'erase',
  about: "Replace a person's name and id everywhere by a pseudonym; with --texts, also what the person wrote",
  example: 'famenet annotate erase ann --as lea --texts',
  args: {
    person: text({ positional: true, about: 'id of the person' }),
    texts: flag({ default: false, about: 'also the drafts, messages and notes' }),
    ...WHO,
  },
  async run({ args, out }) {
    const { person, texts } = args;
    await inCampaign(args, async (session) => {
      const before = await session.redact(); // of an erasure that was cut off
      const events = await session.carryOut(() => asked('erase', session, args, { person, texts }));
      const changed = before + (await session.redact());
      const said = `Erased, in the store's tables too: ${changed} events were changed`;
      out.line(said);
      out.done({ result: said, events: events.map(({ id, type }) => ({ id, type })), changed });
    });
    out.note('Dumps, exports and copies that were made before still hold what they held; so may the logs and backups of a database.');
  },
});

async function done(
  args: Parameters<typeof inCampaign>[0],
  out: Out,
  plan: (session: Session) => ReturnType<typeof asked>,
  said: string,
): Promise<void> {
  await inCampaign(args, async (session) => {
    const events = await session.carryOut(() => plan(session));
    out.line(said);
    out.done({ result: said, events: events.map(({ id, type }) => ({ id, type })) });
  });
}
