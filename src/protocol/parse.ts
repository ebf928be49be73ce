/** The forms of events and commands: what comes from a log, a server's request or a file is checked here, once. */
import { EMOTIONS } from '../base/emotion.ts';
import type { CalibrationSummary } from './calibration.ts';
import type { Asked, Command, CommandType, Orders } from './decide.ts';
import { CHOICES, EVENT_VERSION, type Event, type EventType, type Happened, type Payloads, ROLES, SEATS } from './events.ts';
import { type Fields, type Form, list, name, note, number, oneOf, optional, record, strange, text, time, whole, yesNo } from './form.ts';
import type { Guidelines } from './guidelines.ts';
import type { GatePolicy, NoGate, Policy } from './policy.ts';
import {
  type Evidence,
  type Item,
  MODALITIES,
  type PictureEvidence,
  type Region,
  type TimeEvidence,
  type Turn,
  type Writing,
} from './writing.ts';

const seconds = number(0);
const modalities = list(oneOf(MODALITIES), { most: MODALITIES.length });
const TIMES: Fields<TimeEvidence> = { from: seconds, to: seconds, note };
/** Times that do not run backwards. */
const forwards =
  <T extends TimeEvidence>(form: Form<T>): Form<T> =>
  (value, at) => {
    const found = form(value, at);
    if (found.to < found.from) throw strange(`${at}.to`, `a time from ${found.from} s on`, found.to);
    return found;
  };
const region: Form<Region> = record({ x: number(0, 1), y: number(0, 1), width: number(0, 1), height: number(0, 1) });
const some = { most: 200 };
const evidence: Form<Evidence> = record({
  text: list(record({ turn: whole(0), note: optional(note) }), some),
  sound: list(forwards(record<TimeEvidence>(TIMES)), some),
  picture: list(forwards(record<PictureEvidence>({ ...TIMES, region: optional(region) })), some),
  faces: list(record({ face: whole(1), time: seconds, note }), some),
  nothing: modalities,
});
const writing: Form<Writing> = record({ cause: note, reasoning: note, evidence });
const turn: Form<Turn> = record({
  number: whole(0),
  speaker: optional(name),
  text,
  start: optional(seconds),
  end: optional(seconds),
});
const item: Form<Item> = record({
  id: name,
  emotion: oneOf(EMOTIONS.filter((emotion) => emotion !== 'neutral')),
  modalities: list(oneOf(MODALITIES), { least: 1, most: MODALITIES.length }),
  dialogue: optional(name),
  utterance: optional(whole(0)),
  speaker: optional(name),
  text: optional(text),
  clip: optional(name),
  until: optional(seconds),
  turns: optional(list(turn, { most: 1000 })),
});
const guidelines: Form<Guidelines> = record({ version: name, text });

const share = number(0, 1);
const counts = list(whole(0), { least: 1, most: 1000 });
const calibration: Form<CalibrationSummary> = record({
  signature: note,
  threshold: number(Number.NEGATIVE_INFINITY),
  allowed: share,
  pairs: record({ matched: whole(0), shuffled: whole(0) }),
  passing: record({ matched: share, shuffled: share }),
  histogram: record({ from: number(Number.NEGATIVE_INFINITY), to: number(Number.NEGATIVE_INFINITY), matched: counts, shuffled: counts }),
});
const measuredGate = record<GatePolicy>({ signature: note, threshold: number(Number.NEGATIVE_INFINITY), calibration });
const noGate = record<NoGate>({ none: note });
const policy: Form<Policy> = record({
  voters: (value, at) => {
    const voters = whole(1, 99)(value, at);
    if (voters % 2 === 0) throw strange(at, 'an odd number of voters', voters);
    return voters;
  },
  gate: (value, at) => (typeof value === 'object' && value !== null && 'none' in value ? noGate : measuredGate)(value, at),
  training: record({ items: whole(0, 100_000), roles: list(oneOf(ROLES), { most: ROLES.length }) }),
});

const seat = oneOf(SEATS);
const choice = oneOf(CHOICES);
const roles = list(oneOf(ROLES), { least: 1, most: ROLES.length });
const round = whole(1);
const attempt = whole(1);
const score: Form<number | null> = (value, at) => (value === null ? null : number(Number.NEGATIVE_INFINITY)(value, at));

const OPENED: Fields<Payloads['opened']> = { title: text, name, policy, guidelines, seed: whole(0, 2 ** 32 - 1) };
const INVITED: Fields<Payloads['invited']> = { person: name, name, roles };
const CONFLICT: Fields<Payloads['conflict-declared']> = { person: name, item: optional(name), with: optional(name), reason: note };
const REASSIGNED: Fields<Payloads['reassigned']> = { item: name, seat, from: name, to: optional(name), reason: note };
const ITEMS: Fields<Payloads['items-added']> = { items: list(item, { least: 1 }) };

/** A form for every field of every type of event. */
const EVENTS: { readonly [T in EventType]: Fields<Payloads[T]> } = {
  opened: OPENED,
  'items-added': ITEMS,
  'guidelines-published': { guidelines },
  invited: INVITED,
  'training-begun': { person: name, attempt, items: list(name, { least: 1 }) },
  practised: { item: name, attempt, writing, guidelines: name },
  approved: { person: name, attempt },
  returned: { person: name, attempt, note },
  'conflict-declared': CONFLICT,
  left: { person: name },
  taken: { item: name, seat },
  released: { item: name, seat },
  drafted: { item: name, writing, guidelines: name },
  retracted: { item: name },
  measured: { item: name, round, score, signature: note },
  voted: { item: name, round, choice, note: optional(note) },
  said: { item: name, round, text: note },
  revised: { item: name, round, writing },
  accepted: { item: name, round, text: name },
  reassigned: REASSIGNED,
  withdrawn: { item: name, reason: note },
  erased: { person: name, as: name, texts: yesNo },
  'speaker-erased': { speaker: name, as: name, mentions: yesNo, items: list(name) },
  closed: {},
};

/** The same for commands. */
const COMMANDS: { readonly [T in CommandType]: Fields<Orders[T]> } = {
  open: OPENED,
  'add-items': ITEMS,
  'publish-guidelines': { guidelines },
  invite: INVITED,
  train: { person: name },
  practise: { item: name, writing },
  approve: { person: name },
  return: { person: name, note },
  'declare-conflict': CONFLICT,
  leave: { person: name },
  take: { item: name, seat },
  release: { item: name, seat },
  draft: { item: name, writing },
  retract: { item: name },
  measure: {
    item: name,
    round: optional(round),
    score: (value, at) => (Number.isNaN(value) ? Number.NaN : score(value, at)),
    signature: note,
  },
  vote: { item: name, round: optional(round), choice, note: optional(note) },
  say: { item: name, round: optional(round), text: note },
  revise: { item: name, round: optional(round), writing },
  accept: { item: name, round: optional(round), text: name },
  reassign: REASSIGNED,
  withdraw: { item: name, reason: note },
  erase: { person: name, texts: yesNo },
  'erase-speaker': { speaker: name, as: name, mentions: yesNo, clips: list(name) },
  close: {},
};

const ASKED: Fields<Asked> = { campaign: name, id: name, by: name, at: time };
const HAPPENED: Fields<Happened> = { v: oneOf([EVENT_VERSION]), ...ASKED };

/** One event from outside: a line of a log, a row of a store. Throws PROTOCOL_FORM, naming the field below `at`. */
export function parseEvent(value: unknown, at = 'event'): Event {
  return typed(EVENTS, HAPPENED, value, at) as Event;
}

/** One command from outside. `by` is for the server to set from who is logged in. Throws PROTOCOL_FORM. */
export function parseCommand(value: unknown, at = 'command'): Command {
  return typed(COMMANDS, ASKED, value, at) as Command;
}

function typed(forms: Readonly<Record<string, object>>, common: object, value: unknown, at: string): object {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const known = oneOf(Object.keys(forms))(type, `${at}.type`);
  return record({ ...common, type: oneOf([known]), ...forms[known] } as Fields<object>)(value, at);
}
