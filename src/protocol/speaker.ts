/** Somebody of the films and dialogues who is to be forgotten: by name, for there is no account. */
import { isCalled, type Sought, sought } from '../base/called.ts';
import { ERASED, withoutWords } from './erase.ts';
import type { Event } from './events.ts';
import { refuse } from './refusal.ts';
import type { Change, Context, Rows } from './rules.ts';
import type { Campaign } from './state.ts';
import type { Item, Turn, Writing } from './writing.ts';

/** Whom an erasure is about. */
export interface SpeakerErasure {
  readonly speaker: string;
  /** The pseudonym. */
  readonly as: string;
  /** Whether the name goes wherever else it was written, too. */
  readonly mentions: boolean;
  /** Items that are withdrawn, and of whose writings only numbers are left. */
  readonly items: readonly string[];
}

/** What a campaign has of a speaker. */
export interface SpeakerTraces {
  /** Turns of the speaker, counted in each item that has them. */
  readonly turns: number;
  /** Items with such a turn. */
  readonly items: number;
  /** Items that rest on the speaker: what is explained was said by this person, a writing names such a turn as evidence, or the film is one of `clips`. */
  readonly resting: readonly string[];
  /** Drafts, practice, revisions and messages at those. */
  readonly texts: number;
  /** Where else the name stands. */
  readonly mentions: number;
}

const NOTE = 2000; // characters of a note at most, as `parse.ts` has it
const TEXT = 20_000;

/** Looks for a speaker in a campaign. */
export function speakerIn(
  { items, events }: Pick<Campaign, 'items' | 'events'>,
  { speaker, mentions, clips }: { readonly speaker: string; readonly mentions: boolean; readonly clips: readonly string[] },
): SpeakerTraces {
  const theirs = new Map([...items.values()].map(({ item }) => [item.id, turnsOf(item, speaker)]));
  const resting = new Set<string>();
  for (const { item } of items.values())
    if (isOwn(item, speaker) || (item.clip !== undefined && clips.includes(item.clip))) resting.add(item.id);
  for (const event of events.values())
    if ('writing' in event && event.writing.evidence.text.some(({ turn }) => theirs.get(event.item)?.has(turn))) resting.add(event.item);
  const all = [...events.values()];
  const written = all.filter((event) => 'item' in event && resting.has(event.item ?? '') && ('writing' in event || event.type === 'said'));
  const found = sought(speaker);
  const counter = without({ speaker, as: '', mentions: true, items: [...resting] });
  let places = 0;
  if (mentions)
    for (const event of all) {
      counter(event, (text) => {
        places += found.count(text);
        return text;
      });
    }
  return {
    turns: [...theirs.values()].reduce((sum, { size }) => sum + size, 0),
    items: [...items.values()].filter(({ item }) => theirs.get(item.id)!.size > 0 || isOwn(item, speaker)).length,
    resting: [...resting],
    texts: written.length,
    mentions: places,
  };
}

/**
 * An event as it reads after an erasure: the speaker is the pseudonym, what this person said is gone, and so is everything that was written at items that rest
 * on it. Numbers stay. A store may put the result in the place of the event for good: folding gives the same campaign.
 */
export function speakerless(erasure: SpeakerErasure): (event: Event) => Event {
  const { speaker, as, mentions } = erasure;
  const found: Sought = sought(speaker);
  const change = without(erasure);
  return (event) => change(event, mentions ? (text, most) => found.without(text, as, most) : (text) => text);
}

/** How a text that may name the speaker reads afterwards; `most` characters at most. */
type Said = (text: string, most: number) => string;

function without({ speaker, as, items }: SpeakerErasure): (event: Event, said: Said) => Event {
  const gone = new Set(items);
  return (event, said) => {
    if (event.type === 'items-added') return { ...event, items: event.items.map((item) => withoutTurns(item, { speaker, as }, said)) };
    if (event.type === 'speaker-erased') return isCalled(event.speaker, speaker) ? { ...event, speaker: as } : event;
    if (event.type === 'opened') {
      const { title, guidelines, policy } = event;
      const gate = 'none' in policy.gate ? { none: said(policy.gate.none, NOTE) } : policy.gate;
      const words = { title: said(title, TEXT), guidelines: { ...guidelines, text: said(guidelines.text, TEXT) } };
      return { ...event, ...words, policy: { ...policy, gate } };
    }
    if (event.type === 'guidelines-published')
      return { ...event, guidelines: { ...event.guidelines, text: said(event.guidelines.text, TEXT) } };
    const silent = 'item' in event && event.item !== undefined && gone.has(event.item);
    const line = (text: string) => (silent ? ERASED : said(text, NOTE));
    const changes = {
      ...('writing' in event ? { writing: silent ? withoutWords(event.writing) : rewritten(event.writing, line) } : {}),
      ...('note' in event && event.note !== undefined ? { note: line(event.note) } : {}),
      ...('reason' in event ? { reason: line(event.reason) } : {}),
      ...(event.type === 'said' ? { text: line(event.text) } : {}),
    };
    return { ...event, ...changes } as Event;
  };
}

function rewritten({ cause, reasoning, evidence }: Writing, line: (text: string) => string): Writing {
  const noted = <T extends { readonly note?: string }>(entry: T): T =>
    entry.note === undefined ? entry : { ...entry, note: line(entry.note) };
  const { text, sound, picture, faces, nothing } = evidence;
  const own = { text: text.map(noted), sound: sound.map(noted), picture: picture.map(noted), faces: faces.map(noted), nothing };
  return { cause: line(cause), reasoning: line(reasoning), evidence: own };
}

function withoutTurns(item: Item, { speaker, as }: Pick<SpeakerErasure, 'speaker' | 'as'>, said: Said): Item {
  const isTheirs = (one: string | undefined) => isCalled(one, speaker);
  const turn = (one: Turn): Turn =>
    isTheirs(one.speaker) ? { ...one, speaker: as, text: ERASED } : { ...one, text: said(one.text, TEXT) };
  return {
    ...item,
    ...(isTheirs(item.speaker) ? { speaker: as } : {}),
    ...(item.text === undefined ? {} : { text: isOwn(item, speaker) ? ERASED : said(item.text, TEXT) }),
    ...(item.turns === undefined ? {} : { turns: item.turns.map(turn) }),
  };
}

/** Numbers of the turns of an item that a speaker has said. */
const turnsOf = ({ turns = [] }: Item, speaker: string): ReadonlySet<number> =>
  new Set(turns.filter((turn) => isCalled(turn.speaker, speaker)).map(({ number }) => number));

/** Whether what is to be explained was said by a speaker. */
const isOwn = (item: Item, speaker: string): boolean =>
  isCalled(item.speaker, speaker) || (item.utterance !== undefined && turnsOf(item, speaker).has(item.utterance));

/** The rule of it: it can always be done. */
export const SPEAKER_ROWS: Rows<'speaker-erased'> = {
  'speaker-erased': {
    who: 'anybody',
    campaign: ({ speaker, as, mentions, items }, { campaign }) => {
      const strange = items.find((id) => !campaign.items.has(id));
      if (strange !== undefined) return refuse('PROTOCOL_ITEM', 'There is no such item', { at: strange, fix: 'check the id' });
      return { unname: { speaker, as, mentions, items } };
    },
  },
};

/** What follows in the campaign that was folded from the changed log. */
export function afterSpeaker({ campaign }: Context, { items }: SpeakerErasure, { at, by }: Pick<Event, 'at' | 'by'>): Change {
  return {
    items: items.flatMap((id) => {
      const item = campaign.items.get(id)!;
      return item.withdrawn === undefined ? [{ ...item, withdrawn: { at, by, reason: ERASED } }] : [];
    }),
  };
}
