import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  type Campaign,
  type Command,
  carriedOut,
  type Guidelines,
  type Item,
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
  type Writing,
} from '../protocol/index.ts';
import { CAMPAIGN, campaignFor, checkLead } from './campaign.ts';
import { type Env, keyOf, nowOf, type Server, whoOf } from './context.ts';
import { redactedOnDisk } from './erasure.ts';
import { allow } from './guard.ts';
import { body, json, KEY, routes, shaped } from './shape.ts';

/**
 * What people may ask for from outside. `measure` is not among it: only the gate's own program says how far two drafts
 * agree; nor is `erase-speaker`, which is done everywhere at once (`erasures.ts`).
 */
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
] as const satisfies readonly Exclude<keyof Orders, 'open' | 'measure' | 'erase-speaker'>[];

/** A campaign as everybody in it may see it: sums, and no names with them. */
export interface Shown {
  readonly campaign: string;
  readonly title: string;
  readonly roles: readonly Role[];
  readonly closed: boolean;
  readonly statuses: Readonly<Record<Status, number>>;
  readonly guidelines: Guidelines | undefined;
}

/** What to do next, and all that belongs to it. */
export interface Next {
  readonly task: Task;
  readonly view: ItemView | null;
  /** For adjudicators: what is to be judged. */
  readonly practice: readonly { readonly item: Item; readonly writing: Writing }[] | null;
  /** The person's own way to formal work, with what adjudicators found wrong before; nobody's name is in it. */
  readonly training: {
    readonly attempt: number;
    readonly approved: boolean;
    readonly notes: readonly { readonly attempt: number; readonly note: string }[];
  } | null;
}

/**
 * The annotation protocol. What a person may see is decided by `viewFor` alone, what a person may do by `decide`: no route hands out the campaign, its log,
 * or another's draft. `by` is who is logged in, whatever the request says.
 */
export const annotation = (server: Server) => {
  const open = (c: Context<Env>, id: string): Promise<Campaign> => campaignFor(c, server, id);
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
        const own = practiceFor(campaign, me, me);
        const next: Next = {
          task,
          view: 'item' in task ? (viewFor(campaign, me, task.item) ?? null) : null,
          practice:
            practice === undefined
              ? null
              : [...practice.practice].map(([id, { writing }]) => ({ item: campaign.items.get(id)!.item, writing })),
          training:
            own === undefined
              ? null
              : { attempt: own.attempt, approved: own.approved, notes: own.notes.map(({ attempt, note }) => ({ attempt, note })) },
        };
        return c.json(next, 200);
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
        if (orders.type === 'erase') await redactedOnDisk(desk);
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
        checkLead(c, campaign);
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
        checkLead(c, campaign);
        return c.json(results(campaign), 200);
      },
    );
};

const EMPTY: Campaign = { settings: undefined, people: new Map(), items: new Map<string, never>(), events: new Map(), refused: [] };
