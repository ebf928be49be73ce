/** Campaigns as a request meets them: whether they are there for who asks, and what this person may see and lead. */
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import { type Campaign, type ItemView, viewFor } from '../protocol/index.ts';
import { type Env, type Server, unknown, whoOf } from './context.ts';
import { idIn } from './shape.ts';

export const CAMPAIGN = idIn('campaign');
export const ITEM = CAMPAIGN.extend(idIn('item').shape);

/** A campaign in which the person works, or an owner's. Throws SERVER_UNKNOWN, as for one that is not there. */
export async function campaignFor(c: Context<Env>, server: Pick<Server, 'campaign'>, id: string): Promise<Campaign> {
  const { state } = await server.campaign(id);
  if (state.people.has(whoOf(c).id) || whoOf(c).roles.includes('owner')) return state;
  throw unknown('campaign', id);
}

/** All that a person may know of an item. Throws SERVER_UNKNOWN. */
export function viewed(campaign: Campaign, person: string, item: string): ItemView {
  const view = viewFor(campaign, person, item);
  if (view === undefined) throw unknown('item', item);
  return view;
}

/** Leads of the campaign; owners, too, unless they work in it as something else. Throws SERVER_ROLE. */
export function checkLead(c: Context<Env>, campaign: Campaign): void {
  const person = campaign.people.get(whoOf(c).id);
  if (person === undefined ? whoOf(c).roles.includes('owner') : person.status === 'active' && person.roles.includes('lead')) return;
  throw new FameError('SERVER_ROLE', 'This is for those who lead the campaign', { fix: 'ask a lead' });
}
