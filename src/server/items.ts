import { createRoute } from '@hono/zod-openapi';
import { type ItemView, type Role, type Standing, standingsFor } from '../protocol/index.ts';
import { CAMPAIGN, campaignFor, checkLead, ITEM, viewed } from './campaign.ts';
import { type Server, whoOf } from './context.ts';
import { allow } from './guard.ts';
import { sendFilm } from './send.ts';
import { json, routes, shaped } from './shape.ts';

/** Somebody in a campaign, for those who lead it. */
export interface Participant {
  readonly person: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly status: 'active' | 'left' | 'erased';
  readonly training: { readonly attempt: number; readonly done: number; readonly of: number; readonly approved: boolean };
}

/** The items of a campaign, one by one: what may be known of each, and its film up to the utterance. */
export const items = (server: Server) =>
  routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/items',
        summary: 'The items in which you have a part; for leads all, with who sits where. No texts',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<readonly Standing[]>('Items'), 'Items') },
      }),
      async (c) => c.json(standingsFor(await campaignFor(c, server, c.req.valid('param').campaign), whoOf(c).id), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/items/{item}',
        summary: 'All that you may know of an item now',
        ...allow('annotator', 'voter'),
        request: { params: ITEM },
        responses: { 200: json(shaped<ItemView>('The item as you may see it'), 'The item') },
      }),
      async (c) => {
        const { campaign, item } = c.req.valid('param');
        return c.json(viewed(await campaignFor(c, server, campaign), whoOf(c).id, item), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/items/{item}/film',
        summary: "The item's film from the beginning to the end of its utterance, or one range of that; what comes later is not in it",
        ...allow('annotator', 'voter'),
        request: { params: ITEM },
        responses: { 200: { description: 'All' }, 206: { description: 'The range' } },
      }),
      async (c) => {
        const { campaign, item } = c.req.valid('param');
        return sendFilm(c, server, viewed(await campaignFor(c, server, campaign), whoOf(c).id, item).item);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/people',
        summary: 'Who works in the campaign, for leads',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<readonly Participant[]>('People'), 'People') },
      }),
      async (c) => {
        const campaign = await campaignFor(c, server, c.req.valid('param').campaign);
        checkLead(c, campaign);
        const people = [...campaign.people.values()].map(
          ({ id, name, roles, status, training }): Participant => ({
            person: id,
            name,
            roles,
            status,
            training: {
              attempt: training.attempt,
              done: training.practice.size,
              of: training.items.length,
              approved: training.approved,
            },
          }),
        );
        return c.json(people, 200);
      },
    );
