import { DISCUSSION_ROWS } from './discussion.ts';
import { ERASE_ROWS } from './erase.ts';
import { type Event, type EventOf, type EventType, GATE } from './events.ts';
import { GATE_ROWS } from './gate.ts';
import { statusOf } from './item.ts';
import { CAMPAIGN_ROWS, opening } from './opening.ts';
import { PEOPLE_ROWS, unknownItem, unknownPerson } from './people.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Change, Context, Row, Rows } from './rules.ts';
import { SEAT_ROWS } from './seats.ts';
import { SPEAKER_ROWS } from './speaker.ts';
import type { Campaign } from './state.ts';
import { TRAINING_ROWS } from './training.ts';
import { VOTE_ROWS } from './votes.ts';

/** All rules: a type of event without a row does not compile. */
const ROWS: Rows<EventType> = {
  ...CAMPAIGN_ROWS,
  ...PEOPLE_ROWS,
  ...TRAINING_ROWS,
  ...SEAT_ROWS,
  ...GATE_ROWS,
  ...VOTE_ROWS,
  ...DISCUSSION_ROWS,
  ...ERASE_ROWS,
  ...SPEAKER_ROWS,
};

/** What still happens in a closed campaign: rights do not end with it. */
const AFTER_CLOSING: ReadonlySet<EventType> = new Set(['withdrawn', 'erased', 'speaker-erased', 'left']);

/** What an event that was not seen before changes, or why it is refused. The whole protocol is behind this one question; it changes nothing. */
export function judge(campaign: Campaign, event: Event): Change | Refused {
  const { settings } = campaign;
  if (settings === undefined)
    return event.type === 'opened'
      ? opening(event)
      : refuse('PROTOCOL_NOT_OPEN', 'The campaign is not open', { at: event.campaign, fix: 'open it first' });
  const context = { campaign, settings };
  return common(event, context) ?? byRow(event, context);
}

/** Checks that all rows share. */
function common(event: Event, { campaign, settings }: Context): Refused | undefined {
  const { type, by } = event;
  const { who } = ROWS[type];
  if (event.campaign !== settings.id)
    return refuse('PROTOCOL_OTHER_CAMPAIGN', 'This belongs to another campaign', {
      expected: settings.id,
      got: event.campaign,
      fix: 'send it there',
    });
  if (settings.closed && !AFTER_CLOSING.has(type))
    return refuse('PROTOCOL_CLOSED', 'The campaign is closed', { at: settings.id, fix: 'open another one' });
  if (who === 'gate' || by === GATE) {
    if (who === 'gate' && by === GATE) return undefined;
    return refuse('PROTOCOL_ROLE', "Agreement is measured by the gate's program, and nothing else is", {
      expected: GATE,
      got: by,
      fix: 'leave it to the program',
    });
  }
  const person = campaign.people.get(by);
  if (person?.status !== 'active')
    return refuse('PROTOCOL_STRANGER', 'This person does not work in the campaign', {
      at: by,
      expected: 'somebody invited who has not left',
      fix: 'ask a lead',
    });
  if (who === 'anybody' || who.some((role) => person.roles.includes(role))) return undefined;
  return refuse('PROTOCOL_ROLE', 'This is not a task of this person', {
    at: by,
    expected: who.join(' or '),
    got: person.roles.join(', '),
    fix: 'ask a lead',
  });
}

function byRow<T extends EventType>(event: EventOf<T>, context: Context): Change | Refused {
  const row = ROWS[event.type as T] as Row<T>;
  if ('campaign' in row) return row.campaign(event, context);
  if ('person' in row) {
    const { person: id } = event as unknown as { readonly person: string };
    const person = context.campaign.people.get(id);
    return person === undefined ? unknownPerson(id) : row.person(event, person, context);
  }
  const { item: id, round } = event as unknown as { readonly item: string; readonly round?: number };
  const item = context.campaign.items.get(id);
  if (item === undefined) return unknownItem(id);
  const status = statusOf(item, context.settings.policy);
  if (round !== undefined && round !== item.round)
    return refuse('PROTOCOL_ROUND', 'An author was replaced, and the item began anew', {
      at: id,
      expected: `round ${item.round}`,
      got: `round ${round}`,
      fix: 'look at the item again',
    });
  if (row.while.includes(status)) return row.item(event, item, context);
  return refuse('PROTOCOL_STATUS', 'The item is not at that point', {
    at: id,
    expected: row.while.join(', '),
    got: status,
    fix: 'look at the item again',
  });
}
