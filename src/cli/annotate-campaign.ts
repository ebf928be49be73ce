/** What all verbs of `famenet annotate` share: which store, which campaign, who asks, and how a command becomes events. */
import { randomUUID } from 'node:crypto';
import { FameError } from '../base/errors.ts';
import {
  type Campaign,
  type Command,
  type CommandType,
  carriedOut,
  type Event,
  fold,
  folding,
  type Orders,
  parseEvent,
  redactions,
} from '../protocol/index.ts';
import { openDesk, openStore, openStoreReader, type Store, type StoreReader } from '../store/index.ts';
import { text } from './command.ts';

/** Where the campaign is kept, and which one it is. */
export const STORE_ARGS = {
  db: text({ env: 'DATABASE_URL', default: 'annotations.db', about: 'file of the store, or postgres://… for a database' }),
  campaign: text({ about: 'which campaign; may be left out where there is one' }),
} as const;

/** Who asks, and under which key. This command line believes it: whoever can read the store can read everything in it. */
export const PERSON_ARGS = {
  as: text({ required: true, env: 'FAMENET_PERSON', about: 'your id in the campaign' }),
  key: text({ about: 'of this write: sent again under the same key, it counts once; a new one where absent' }),
} as const;

type StoreArgs = { readonly db: string; readonly campaign: string | undefined };
/** What a command of the protocol is asked with. */
export type PersonArgs = { readonly as: string; readonly key: string | undefined };

/** A campaign as the store has it now. */
export interface Session {
  readonly id: string;
  /** Always up to date with what this session has read and stored. */
  readonly campaign: Campaign;
  /**
   * Carries out what `plan` makes of the campaign, and does so again where somebody else was faster; nothing where it gives undefined. Gives the events that
   * were stored: none for what had been carried out before. Throws PROTOCOL_… where the rules refuse, and as `append` does.
   */
  carryOut(plan: (campaign: Campaign) => Command | undefined): Promise<readonly Event[]>;
  /**
   * Takes off the disk what was erased, by this session or by one that was cut off before it came to that, and gives how many events were changed. The
   * campaign stays as it is. Throws as `rewrite` of the store does.
   */
  redact(): Promise<number>;
}

/** Does some work in a campaign that may be written to. `create` names a campaign that need not be there yet. */
export async function inCampaign<T>(args: StoreArgs, work: (session: Session) => Promise<T>, create?: string): Promise<T> {
  const store = await openStore(args.db, { eventOf: parseEvent });
  try {
    return await work(await sessionOf(store, create ?? (await chosen(store, args))));
  } finally {
    await store.close();
  }
}

/** A campaign to look at, also while others write. */
export async function readCampaign(args: StoreArgs): Promise<{ readonly id: string; readonly campaign: Campaign }> {
  const store = await openStoreReader(args.db, { eventOf: parseEvent });
  try {
    const id = await chosen(store, args);
    const events: Event[] = [];
    for await (const { event } of store.read(id)) events.push(event);
    return { id, campaign: fold(events) };
  } finally {
    await store.close();
  }
}

/** Work in a campaign of an open store. Throws what reading throws. */
export async function sessionOf(store: Store<Event>, id: string): Promise<Session> {
  const desk = await openDesk(store, id, folding);
  return {
    id,
    campaign: desk.state,
    carryOut: (plan) => desk.carryOut((campaign) => carriedOut(campaign, plan(campaign))),
    redact: () => desk.rewrite(redactions),
  };
}

/** A command as one person asks for it, now. */
export function asked<T extends CommandType>(type: T, session: Pick<Session, 'id'>, { as, key }: PersonArgs, orders: Orders[T]): Command {
  const command = { type, campaign: session.id, id: key ?? randomUUID(), by: as, at: new Date().toISOString(), ...orders };
  return command as unknown as Command; // of this type, whose orders they are
}

async function chosen(store: StoreReader<Event>, { campaign }: Pick<StoreArgs, 'campaign'>): Promise<string> {
  const known = (await store.campaigns()).map((one) => one.campaign);
  if (campaign !== undefined && known.includes(campaign)) return campaign;
  if (campaign === undefined && known.length === 1) return known[0]!;
  throw new FameError(
    'ANNOTATE_CAMPAIGN',
    campaign === undefined ? 'Which campaign is meant is not clear' : 'There is no such campaign in the store',
    {
      at: campaign ?? '--campaign',
      expected: known.join(', ') || `a campaign; this store has none`,
      fix: known.length === 0 ? 'open one: famenet annotate open' : 'name one of these with --campaign',
    },
  );
}
