import { withoutAuthor } from './drafts.ts';
import type { Event } from './events.ts';
import { isOwn, lastLead, notYours } from './people.ts';
import { publicationOf } from './publication.ts';
import { refuse } from './refusal.ts';
import type { Change, Context, Rows } from './rules.ts';
import { freed } from './seats.ts';
import type { Person } from './state.ts';
import type { Evidence, Writing } from './writing.ts';

/** What stands where something was erased. */
export const ERASED = '[erased]';

/** Whom an erasure is about. */
export interface Erasure {
  readonly person: string;
  /** The pseudonym: it says nothing of the person. */
  readonly as: string;
  /** Whether texts go, too. */
  readonly texts: boolean;
}

/** The next free pseudonym. */
export function pseudonym(people: ReadonlyMap<string, Person>): string {
  let n = 1;
  while (people.has(`erased-${n}`)) n++;
  return `erased-${n}`;
}

/**
 * An event as it reads after an erasure: ids replaced, the name and all that was said about the person gone, and with `texts` all that the person wrote.
 * Turns, times and faces of evidence stay, as numbers. What others wrote is not searched for the name. A store may put the result in the place of the
 * event for good: folding gives the same campaign.
 */
export function redacted(event: Event, { person, as, texts }: Erasure): Event {
  const own = event.by === person;
  const about = [...PEOPLE.map((key) => (event as Partial<Record<string, unknown>>)[key]), event.by].includes(person);
  if (!about) return event;
  const renamed = Object.fromEntries(
    Object.entries(event).map(([key, value]) => {
      if (PEOPLE.includes(key) && value === person) return [key, as];
      if (key === 'name' && (event.type === 'invited' ? event.person === person : own)) return [key, ERASED];
      if (key === 'reason' || (key === 'note' && (event.type === 'returned' || (texts && own)))) return [key, ERASED];
      if (texts && own && key === 'writing') return [key, withoutWords(value as Writing)];
      if (texts && own && key === 'text' && event.type === 'said') return [key, ERASED];
      return [key, value];
    }),
  );
  return renamed as unknown as Event;
}

/** Fields of events that name a person. */
const PEOPLE: readonly string[] = ['by', 'person', 'with', 'from', 'to'];

/** A writing of which only numbers are left. */
export function withoutWords({ evidence }: Writing): Writing {
  const mute = <T extends object>(entry: T): T => ('note' in entry ? { ...entry, note: ERASED } : entry);
  const { text, sound, picture, faces, nothing } = evidence;
  const numbers: Evidence = { text: text.map(mute), sound: sound.map(mute), picture: picture.map(mute), faces: faces.map(mute), nothing };
  return { cause: ERASED, reasoning: ERASED, evidence: numbers };
}

/** The rule of erasing. What it asks for is done by `fold.ts`, which folds the redacted log anew and then asks `afterErasure`. */
export const ERASE_ROWS: Rows<'erased'> = {
  erased: {
    who: 'anybody',
    person: ({ by, person: id, as, texts }, person, context) => {
      if (!isOwn(by, id, context)) return notYours(id);
      if (person.status === 'erased')
        return refuse('PROTOCOL_ERASED', 'This person is erased already', { at: id, fix: 'nothing is to be done' });
      if (as !== id && context.campaign.people.has(as))
        return refuse('PROTOCOL_ERASED', 'The pseudonym is somebody else', {
          at: as,
          expected: pseudonym(context.campaign.people),
          fix: 'take that one',
        });
      return lastLead(context, person, { ...person, status: 'erased' }) ?? { erase: { person: id, as, texts } };
    },
  },
};

/** What follows in the campaign that was folded from the redacted log: the person does nothing more, and no text of theirs is used any more. */
export function afterErasure({ campaign, settings }: Context, { as, texts }: Erasure, event: Pick<Event, 'at' | 'by'>): Change {
  const person: Person = { ...campaign.people.get(as)!, status: 'erased' };
  const empty = new Map(freed(campaign.items.values(), as).map((item) => [item.item.id, item]));
  const people = [person];
  if (!texts) return { people, items: [...empty.values()] };
  for (const [id, was] of campaign.items) {
    const item = empty.get(id) ?? was;
    if (item.withdrawn !== undefined) continue;
    const published = publicationOf(item, settings.policy);
    if (published?.by === as) empty.set(id, { ...item, withdrawn: { at: event.at, by: event.by, reason: ERASED } });
    else if (published === undefined && item.authors.has(as)) empty.set(id, withoutAuthor(item, as, event, ERASED));
  }
  return { people, items: [...empty.values()] };
}
