import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import {
  type Campaign,
  type Command,
  carriedOut,
  type Guidelines,
  type ItemView,
  nextFor,
  type Orders,
  practiceFor,
  progressOf,
  type Result,
  type Role,
  results,
  type Status,
  type Task,
  viewFor,
  type Written,
} from '../protocol/index.ts';
import { type Env, keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { allow } from './guard.ts';
import { body, idIn, json, KEY, routes, shaped } from './shape.ts';

/** What people may ask for from outside. `measure` is not among it: only the gate's own program says how far two drafts agree. */
const ASKED = [
  'add-items',
  'publish-guidelines',
  'invite',
  'train',
  'practise',
  'approve',
  'return',
  'declare-conflict',
  'leave',
  'take',
  'release',
  'draft',
  'retract',
  'vote',
  'say',
  'revise',
  'accept',
  'reassign',
  'withdraw',
  'erase',
  'close',
] as const satisfies readonly Exclude<keyof Orders, 'open' | 'measure'>[];

/** A campaign as everybody in it may see it: sums, and no names with them. */
interface Shown {
  readonly campaign: string;
  readonly title: string;
  readonly roles: readonly Role[];
  readonly closed: boolean;
  readonly statuses: Readonly<Record<Status, number>>;
  readonly guidelines: Guidelines | undefined;
}

/** What to do next, and all that belongs to it. */
interface Next {
  readonly task: Task;
  readonly view: ItemView | null;
  /** For adjudicators: what is to be judged. */
  readonly practice: readonly Pick<Written, 'writing'>[] | null;
}

/**
 * The annotation protocol. What a person may see is decided by `viewFor` alone, what a person may do by `decide`: no route hands out the campaign, its log,
 * or another's draft. `by` is who is logged in, whatever the request says.
 */
export const annotation = (server: Server) => {
  const CAMPAIGN = idIn('campaign');
  const ITEM = CAMPAIGN.extend(idIn('item').shape);
  /** A campaign in which the person works, or an owner's. Throws SERVER_UNKNOWN, as for one that is not there. */
  const open = async (c: Context<Env>, id: string): Promise<Campaign> => {
    const { state } = await server.campaign(id);
    if (state.people.has(whoOf(c).id) || whoOf(c).roles.includes('owner')) return state;
    throw unknown('campaign', id);
  };
  const viewed = (campaign: Campaign, person: string, item: string): ItemView => {
    const view = viewFor(campaign, person, item);
    if (view === undefined) throw unknown('item', item);
    return view;
  };
  const shown = (id: string, campaign: Campaign, person: string): Shown => ({
    campaign: id,
    title: campaign.settings?.title ?? '',
    roles: campaign.people.get(person)?.roles ?? [],
    closed: campaign.settings?.closed ?? false,
    statuses: progressOf(campaign).statuses,
    guidelines: campaign.settings?.guidelines.at(-1),
  });
  const ordered = (c: Context<Env>, campaign: string, orders: object): Command =>
    ({ ...orders, campaign, id: keyOf(c, server), by: whoOf(c).id, at: nowOf(server) }) as unknown as Command; // `carriedOut` checks it
  /** Leads of the campaign; owners, too, unless they work in it as something else. */
  const leads = (c: Context<Env>, campaign: Campaign): void => {
    const person = campaign.people.get(whoOf(c).id);
    if (person === undefined ? whoOf(c).roles.includes('owner') : person.status === 'active' && person.roles.includes('lead')) return;
    throw new FameError('SERVER_ROLE', 'This is for those who lead the campaign', { fix: 'ask a lead' });
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'The campaigns that you work in; all of them for owners',
        ...allow('annotator', 'voter'),
        responses: { 200: json(z.array(z.string()), 'Ids') },
      }),
      async (c) => {
        const ids = await server.campaigns();
        const mine = await Promise.all(
          ids.map((id) =>
            open(c, id).then(
              () => true,
              () => false,
            ),
          ),
        );
        return c.json(
          ids.filter((_, i) => mine[i]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{campaign}',
        summary: 'Open a campaign (title, name, policy, guidelines, seed); who opens it leads it',
        ...allow('owner'),
        request: { headers: KEY, params: CAMPAIGN, ...body(z.record(z.string(), z.unknown())) },
        responses: { 201: json(shaped<Shown>('The campaign'), 'Open') },
      }),
      async (c) => {
        const { campaign: id } = c.req.valid('param');
        const command = ordered(c, id, { ...c.req.valid('json'), type: 'open' });
        carriedOut(EMPTY, command); // a refused one leaves nothing behind, not even a name
        const desk = await server.campaign(id, true);
        await desk.carryOut((campaign) => carriedOut(campaign, command));
        return c.json(shown(id, desk.state, whoOf(c).id), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}',
        summary: 'How far a campaign is, and its guidelines',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<Shown>('The campaign'), 'The campaign') },
      }),
      async (c) => {
        const { campaign: id } = c.req.valid('param');
        return c.json(shown(id, await open(c, id), whoOf(c).id), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/next',
        summary: 'What you should do next, and what belongs to it; nothing is taken by asking',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<Next>('The task'), 'The task') },
      }),
      async (c) => {
        const campaign = await open(c, c.req.valid('param').campaign);
        const me = whoOf(c).id;
        const task = nextFor(campaign, me);
        const practice = task.do === 'judge' ? practiceFor(campaign, me, task.person) : undefined;
        const next: Next = {
          task,
          view: 'item' in task ? (viewFor(campaign, me, task.item) ?? null) : null,
          practice: practice === undefined ? null : [...practice.practice.values()].map(({ writing }) => ({ writing })),
        };
        return c.json(next, 200);
      },
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
        return c.json(viewed(await open(c, campaign), whoOf(c).id, item), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{campaign}/commands',
        summary: 'Do something: a command of the protocol (docs/protocol.md) with its fields; answers when it is on the disk',
        ...allow('annotator', 'voter'),
        request: { headers: KEY, params: CAMPAIGN, ...body(z.looseObject({ type: z.enum(ASKED), item: z.string().optional() })) },
        responses: {
          200: json(shaped<{ readonly id: string; readonly view: ItemView | null }>('The event, and the item afterwards'), 'Done'),
        },
      }),
      async (c) => {
        const { campaign: id } = c.req.valid('param');
        await open(c, id);
        const orders = c.req.valid('json');
        const command = ordered(c, id, orders);
        const desk = await server.campaign(id);
        await desk.carryOut((campaign) => carriedOut(campaign, command));
        server.gate(id);
        const view = orders.item === undefined ? undefined : viewFor(desk.state, whoOf(c).id, orders.item);
        return c.json({ id: command.id, view: view ?? null }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/progress',
        summary: 'Counts, agreement and who has done how much, for leads',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<ReturnType<typeof progressOf>>('Sums'), 'Progress') },
      }),
      async (c) => {
        const campaign = await open(c, c.req.valid('param').campaign);
        leads(c, campaign);
        return c.json(progressOf(campaign), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/results',
        summary: 'All that is published, with what led to it, for leads',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<readonly Result[]>('Published items'), 'Results') },
      }),
      async (c) => {
        const campaign = await open(c, c.req.valid('param').campaign);
        leads(c, campaign);
        return c.json(results(campaign), 200);
      },
    );
};

const EMPTY: Campaign = { settings: undefined, people: new Map(), items: new Map<string, never>(), events: new Map(), refused: [] };
