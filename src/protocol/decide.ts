import { pseudonym } from './erase.ts';
import { type Choice, EVENT_VERSION, type Event, type EventType, GATE, type Payloads, type Seat } from './events.ts';
import { idTwice } from './fold.ts';
import { judge } from './judge.ts';
import { type Refusal, type Refused, refuse } from './refusal.ts';
import { isSame } from './same.ts';
import { speakerIn } from './speaker.ts';
import type { Campaign } from './state.ts';
import { drawPractice } from './training.ts';
import type { Writing } from './writing.ts';

/** Of all commands: who asks, when (ISO 8601 in UTC), and under which idempotency key, which becomes the id of the event. */
export interface Asked {
  readonly campaign: string;
  readonly id: string;
  readonly by: string;
  readonly at: string;
}

/** The round of the item that the person saw; left out, the present one. A given one refuses what was meant for drafts that are no longer there. */
interface InRound {
  readonly round?: number;
}

/** What each command carries. */
export interface Orders {
  readonly open: Payloads['opened'];
  readonly 'add-items': Payloads['items-added'];
  readonly 'publish-guidelines': Payloads['guidelines-published'];
  readonly invite: Payloads['invited'];
  /** Draws the items for the next attempt. */
  readonly train: { readonly person: string };
  readonly practise: { readonly item: string; readonly writing: Writing };
  readonly approve: { readonly person: string };
  readonly return: { readonly person: string; readonly note: string };
  readonly 'declare-conflict': Payloads['conflict-declared'];
  readonly leave: Payloads['left'];
  readonly take: { readonly item: string; readonly seat: Seat };
  readonly release: { readonly item: string; readonly seat: Seat };
  readonly draft: { readonly item: string; readonly writing: Writing };
  readonly retract: { readonly item: string };
  /** What the scorer gave for `causesOf(campaign, item)`; NaN and null are one. Only the program itself may ask for it, as `GATE`. */
  readonly measure: InRound & { readonly item: string; readonly score: number | null; readonly signature: string };
  readonly vote: InRound & { readonly item: string; readonly choice: Choice; readonly note?: string };
  readonly say: InRound & { readonly item: string; readonly text: string };
  readonly revise: InRound & { readonly item: string; readonly writing: Writing };
  readonly accept: InRound & { readonly item: string; readonly text: string };
  readonly reassign: Payloads['reassigned'];
  readonly withdraw: Payloads['withdrawn'];
  readonly erase: { readonly person: string; readonly texts: boolean };
  /** For a server, which erases everywhere at once: `clips` are films that are gone with the speaker. */
  readonly 'erase-speaker': {
    readonly speaker: string;
    readonly as: string;
    readonly mentions: boolean;
    readonly clips: readonly string[];
  };
  readonly close: Payloads['closed'];
}

export type CommandType = keyof Orders;
export type CommandOf<T extends CommandType> = T extends CommandType ? Asked & { readonly type: T } & Orders[T] : never;
export type Command = CommandOf<CommandType>;

/** Events to append (none, where the same command was carried out before), or why not. */
export type Decision = { readonly events: readonly Event[] } | { readonly refused: Refusal };

/** What a command leads to. Pure: append the events, then fold them. */
export function decide(campaign: Campaign, command: Command): Decision {
  const known = campaign.events.get(command.id);
  if (known !== undefined) return isCarriedOut(known, command) ? { events: [] } : idTwice(command.id);
  const no = reserved(command);
  if (no !== undefined) return no;
  const event = eventOf(campaign, command);
  const judged = judge(campaign, event);
  return 'refused' in judged ? { refused: judged.refused } : { events: [event] };
}

/** The event that a command asks for: what it says, and what it leaves to the campaign. */
type Maker<T extends CommandType> = (campaign: Campaign, command: CommandOf<T>) => { readonly type: EventType } & object;

const round = (campaign: Campaign, { item, round }: InRound & { readonly item: string }) => ({
  round: round ?? campaign.items.get(item)?.round ?? 1,
});
const attempt = (campaign: Campaign, person: string) => ({ attempt: Math.max(1, campaign.people.get(person)?.training.attempt ?? 1) });
const guidelines = ({ settings }: Campaign) => ({ guidelines: settings?.guidelines.at(-1)?.version ?? '' });

const MAKERS: { readonly [T in CommandType]: Maker<T> } = {
  open: () => ({ type: 'opened' }),
  'add-items': () => ({ type: 'items-added' }),
  'publish-guidelines': () => ({ type: 'guidelines-published' }),
  invite: () => ({ type: 'invited' }),
  train: (campaign, { person: id }) => {
    const person = campaign.people.get(id);
    const items = campaign.settings && person ? drawPractice(campaign, campaign.settings, person) : [];
    return { type: 'training-begun', attempt: (person?.training.attempt ?? 0) + 1, items };
  },
  practise: (campaign, { by }) => ({ type: 'practised', ...attempt(campaign, by), ...guidelines(campaign) }),
  approve: (campaign, { person }) => ({ type: 'approved', ...attempt(campaign, person) }),
  return: (campaign, { person }) => ({ type: 'returned', ...attempt(campaign, person) }),
  'declare-conflict': () => ({ type: 'conflict-declared' }),
  leave: () => ({ type: 'left' }),
  take: () => ({ type: 'taken' }),
  release: () => ({ type: 'released' }),
  draft: (campaign) => ({ type: 'drafted', ...guidelines(campaign) }),
  retract: () => ({ type: 'retracted' }),
  measure: (campaign, command) => ({
    type: 'measured',
    ...round(campaign, command),
    score: Number.isNaN(command.score) ? null : command.score,
  }),
  vote: (campaign, command) => ({ type: 'voted', ...round(campaign, command) }),
  say: (campaign, command) => ({ type: 'said', ...round(campaign, command) }),
  revise: (campaign, command) => ({ type: 'revised', ...round(campaign, command) }),
  accept: (campaign, command) => ({ type: 'accepted', ...round(campaign, command) }),
  reassign: () => ({ type: 'reassigned' }),
  withdraw: () => ({ type: 'withdrawn' }),
  erase: ({ people }) => ({ type: 'erased', as: pseudonym(people) }),
  'erase-speaker': (campaign, { speaker, mentions, clips }) => ({
    type: 'speaker-erased',
    items: speakerIn(campaign, { speaker, mentions, clips }).resting,
    clips: undefined,
  }),
  close: () => ({ type: 'closed' }),
};

function eventOf(campaign: Campaign, command: Command): Event {
  const make = MAKERS[command.type] as Maker<CommandType>;
  const made = make(campaign, command);
  const all = { v: EVENT_VERSION, ...command, ...made };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Event;
}

/** Whether an event is what this command once led to: the same in all that the command says, but for the time at which it is asked again. */
function isCarriedOut(known: Event, command: Command): boolean {
  const { type } = (MAKERS[command.type] as Maker<CommandType>)(NOBODY, command);
  // Of an erased person the log has the pseudonym only.
  const {
    at: _,
    type: __,
    ...said
  } = command.type === 'erase'
    ? { at: '', type: '', texts: command.texts }
    : command.type === 'erase-speaker'
      ? { at: '', type: '', as: command.as }
      : command;
  const asked = Object.entries(said).filter(([, value]) => value !== undefined);
  return known.type === type && asked.every(([key, value]) => isSame(value, (known as unknown as Readonly<Record<string, unknown>>)[key]));
}

const NOBODY: Campaign = { settings: undefined, people: new Map(), items: new Map(), events: new Map(), refused: [] };

/** Names that nobody can have: the gate's, and those of erased people. Events are not asked, because a redacted log has such names in it. */
function reserved(command: Command): Refused | undefined {
  const person = command.type === 'invite' ? command.person : command.type === 'open' ? command.by : '';
  if (person !== GATE && !/^erased-/.test(person)) return undefined;
  return refuse('PROTOCOL_NAME', 'This name is reserved', {
    at: person,
    expected: `neither "${GATE}" nor a name that begins with "erased-"`,
    fix: 'choose another id',
  });
}
