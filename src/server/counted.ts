import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import type { Campaign } from '../protocol/index.ts';
import { CAMPAIGN, campaignFor, checkLead } from './campaign.ts';
import type { Env, Server } from './context.ts';
import { CHARTS } from './examination.ts';
import { allow } from './guard.ts';
import { campaignSet } from './published.ts';
import { inThread, type StatisticsReport } from './set-work.ts';
import { json, routes, shaped } from './shape.ts';

/** Statistics without their charts, which have addresses of their own. */
export type Counted = Omit<StatisticsReport, 'charts'>;

/** What was counted of a campaign holds as long as nothing more has happened in it. */
const COUNTED = new WeakMap<Campaign, { readonly size: number; readonly report: Promise<StatisticsReport> }>();

/** What a campaign has published, counted as `famenet dataset stats` counts a data set. Throws CAMPAIGN_EMPTY, and as the thread does. */
function countedOf(id: string, campaign: Campaign): Promise<StatisticsReport> {
  const known = COUNTED.get(campaign);
  if (known?.size === campaign.events.size) return known.report;
  const set = campaignSet(campaign.settings?.title ?? id, campaign);
  if (set.entries.length === 0)
    throw new FameError('CAMPAIGN_EMPTY', 'The campaign has published nothing yet', {
      at: id,
      got: `${campaign.items.size} items, none of them published`,
      fix: 'come back when items are published: two drafts, and a vote or a discussion each',
    });
  const report = inThread({ task: 'statistics', file: { path: '', name: id }, set });
  COUNTED.set(campaign, { size: campaign.events.size, report });
  report.catch(() => COUNTED.delete(campaign)); // tried anew by the next one who asks
  return report;
}

/** Statistics of what campaigns have published, for leads. */
export const counted = (server: Server) => {
  const report = async (c: Context<Env>, id: string): Promise<StatisticsReport> => {
    const campaign = await campaignFor(c, server, id);
    checkLead(c, campaign);
    return countedOf(id, campaign);
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/statistics',
        summary: 'What is published, counted: sums, and tables to read; for leads',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN },
        responses: { 200: json(shaped<Counted>('Statistics'), 'Statistics') },
      }),
      async (c) => {
        const { charts: _, ...told } = await report(c, c.req.valid('param').campaign);
        return c.json(told, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/charts/{chart}',
        summary: 'A chart of what is published; for leads',
        ...allow('annotator', 'voter'),
        request: { params: CAMPAIGN.extend({ chart: z.enum(CHARTS) }) },
        responses: { 200: { description: 'SVG', content: { 'image/svg+xml': { schema: z.string() } } } },
      }),
      async (c) => {
        const { campaign, chart } = c.req.valid('param');
        return c.body((await report(c, campaign)).charts[chart]!, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
      },
    );
};
