import { gateFault } from './calibration.ts';
import { newItem } from './drafts.ts';
import type { EventOf } from './events.ts';
import { newPerson } from './people.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Change, Rows } from './rules.ts';

/** The first event: whoever opens leads, and a gate that lets unrelated pairs pass opens nothing. Its campaign is empty until then. */
export function opening({ campaign: id, by, title, name, policy, guidelines, seed }: EventOf<'opened'>): Change | Refused {
  const fault = 'none' in policy.gate ? undefined : gateFault(policy.gate);
  if (fault !== undefined) return fault;
  return { settings: { id, title, policy, seed, guidelines: [guidelines], closed: false }, people: [newPerson(by, name, ['lead'])] };
}

/** The rules of what a campaign has and lives by. */
export const CAMPAIGN_ROWS: Rows<'opened' | 'items-added' | 'guidelines-published' | 'closed'> = {
  opened: {
    who: 'anybody',
    campaign: (_, { settings }) =>
      refuse('PROTOCOL_OPENED', 'The campaign is open already', { at: settings.id, fix: 'choose another id for a new one' }),
  },
  'items-added': {
    who: ['lead'],
    campaign: ({ items }, { campaign }) => {
      const added = new Set<string>();
      const twice = items.find(({ id }) => campaign.items.has(id) || added.size === added.add(id).size)?.id;
      if (twice === undefined) return { items: items.map(newItem) };
      return refuse('PROTOCOL_ITEM_TWICE', 'An item is there already', {
        at: twice,
        expected: 'each id once',
        fix: 'leave it out; none of these were added',
      });
    },
  },
  'guidelines-published': {
    who: ['lead'],
    campaign: ({ guidelines }, { settings }) => {
      if (settings.guidelines.some(({ version }) => version === guidelines.version))
        return refuse('PROTOCOL_GUIDELINES', 'This version of the guidelines is there already', {
          at: guidelines.version,
          fix: 'count the version up',
        });
      return { settings: { ...settings, guidelines: [...settings.guidelines, guidelines] } };
    },
  },
  closed: { who: ['lead'], campaign: (_, { settings }) => ({ settings: { ...settings, closed: true } }) },
};
