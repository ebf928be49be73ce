import { afterErasure, redacted } from './erase.ts';
import type { Event } from './events.ts';
import { judge } from './judge.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Change, Context } from './rules.ts';
import { isSameEvent } from './same.ts';
import { afterSpeaker, speakerless } from './speaker.ts';
import type { Campaign, ItemState, Person, Settings } from './state.ts';

/** What became of an event: it counts, it was counted before, or it was refused. */
export type Outcome = 'accepted' | 'repeated' | Refusal;

/** A campaign that grows in place: for a program that keeps it beside its log. */
export interface Following {
  /** Always up to date. */
  readonly campaign: Campaign;
  add(event: Event): Outcome;
}

/** The maps behind a campaign. Only this file writes into them, and only whole values. */
interface Growing extends Campaign {
  settings: Settings | undefined;
  people: Map<string, Person>;
  items: Map<string, ItemState>;
  events: Map<string, Event>;
  refused: { event: Event; refusal: Refusal }[];
}

/** The campaign that these events add up to, in the order in which they were appended. Never throws: what cannot be is in `refused`. */
export function fold(events: Iterable<Event>): Campaign {
  return follow(events).campaign;
}

/** The campaign with further events; the given one stays as it is. */
export function extend(campaign: Campaign, events: Iterable<Event>): Campaign {
  const copy: Growing = {
    settings: campaign.settings,
    people: new Map(campaign.people),
    items: new Map(campaign.items),
    events: new Map(campaign.events),
    refused: [...campaign.refused],
  };
  for (const event of events) add(copy, event);
  return copy;
}

/** Folds events as they come. */
export function follow(events: Iterable<Event> = []): Following {
  const campaign = nothing();
  for (const event of events) add(campaign, event);
  return { campaign, add: (event) => add(campaign, event) };
}

const nothing = (): Growing => ({ settings: undefined, people: new Map(), items: new Map(), events: new Map(), refused: [] });

function add(campaign: Growing, event: Event): Outcome {
  const known = campaign.events.get(event.id);
  if (known !== undefined && isSameEvent(known, event)) return 'repeated';
  const judged = known === undefined ? judge(campaign, event) : idTwice(event.id);
  if ('refused' in judged) {
    campaign.refused.push({ event, refusal: judged.refused });
    return judged.refused;
  }
  const { erase, unname } = judged;
  if (erase !== undefined) {
    const { person, as } = erase;
    const after = (context: Context, own: Event) => afterErasure(context, erase, own);
    foldAnew(campaign, event, { isDone: person === as, without: (one) => redacted(one, erase), after });
  } else if (unname !== undefined) {
    const { speaker, as } = unname;
    const after = (context: Context, own: Event) => afterSpeaker(context, unname, own);
    foldAnew(campaign, event, { isDone: speaker === as, without: speakerless(unname), after });
  } else {
    put(campaign, judged);
    campaign.events.set(event.id, event);
  }
  return 'accepted';
}

/** Why a known id cannot come again with something else. */
export function idTwice(id: string): { readonly refused: Refusal } {
  return refuse('PROTOCOL_ID_TWICE', 'Something else was done under this id', {
    at: id,
    expected: 'an id of its own for everything that is done',
    fix: 'ask again under a new id',
  });
}

function put(campaign: Growing, { settings, people = [], items = [] }: Change): void {
  if (settings !== undefined) campaign.settings = settings;
  for (const person of people) campaign.people.set(person.id, person);
  for (const item of items) campaign.items.set(item.item.id, item);
}

interface Erasing {
  /** Whether the log has been rewritten already: it needs no second pass. */
  readonly isDone: boolean;
  readonly without: (event: Event) => Event;
  /** What follows, in the campaign of the changed log. */
  readonly after: (context: Context, own: Event) => Change;
}

/** Folds all again as if what was erased had never been in it: nothing of the state has to be searched for a name. */
function foldAnew(campaign: Growing, event: Event, { isDone, without, after }: Erasing): void {
  const own = without(event);
  const again = isDone ? campaign : nothing();
  if (again !== campaign) for (const before of campaign.events.values()) add(again, without(before));
  const refused = campaign.refused.map((entry) => ({ ...entry, event: without(entry.event) }));
  put(again, after({ campaign: again, settings: again.settings! }, own));
  again.events.set(event.id, own);
  Object.assign(campaign, again, { refused });
}
