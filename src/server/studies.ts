import { isDeepStrictEqual } from 'node:util';
import { createRoute, z } from '@hono/zod-openapi';
import { FameError } from '../base/errors.ts';
import { CRITERIA } from '../metrics/index.ts';
import { systemsOf, type Turn, turnOf } from './blind.ts';
import { idOf, keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { csvOf } from './csv.ts';
import { name, ratedItem, scores } from './events.ts';
import { allow } from './guard.ts';
import { type Asker, entered, mayEnter, projectOf } from './members.ts';
import { body, idIn, json, KEY, keyTwice, routes, shaped, write } from './shape.ts';
import type { State, Study } from './state.ts';

/** A study as raters may see it: nothing of its systems, not even how many. */
const shown = z.object({ study: z.string(), title: z.string(), done: z.number(), of: z.number() });

/** The study of an id, of a project that somebody may enter; to rate, a member has to be a rater. Throws SERVER_UNKNOWN, SERVER_ROLE. */
export function studyOf({ studies, projects }: State, id: string, who: Asker): Study {
  const study = studies.get(id);
  if (study === undefined || !mayEnter(projects.get(study.project), who)) throw unknown('study', id);
  projectOf({ projects }, study.project, who, 'rater');
  return study;
}

/** Ratings of explanations (Wang et al. 2025, §5.4.2): who rates never learns which system wrote a text. */
export const studies = (server: Server) => {
  const { log, secret } = server;
  const STUDY = idIn('study');
  const show = (study: Study, rater: string) => {
    const { done, of } = turnOf(study, rater, secret);
    return { study: study.study, title: study.title, done, of };
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All studies',
        ...allow('rater'),
        responses: { 200: json(z.array(shown), 'Studies') },
      }),
      (c) =>
        c.json(
          entered(log.state, log.state.studies.values(), whoOf(c)).map((study) => show(study, whoOf(c).id)),
          200,
        ),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Open a study: items, and for each the text of every system',
        ...allow('owner'),
        request: { headers: KEY, ...body(z.object({ project: z.string(), title: name, items: z.array(ratedItem).min(1).max(5000) })) },
        responses: { 201: json(shown, 'The study') },
      }),
      async (c) => {
        const said = c.req.valid('json');
        const twice = [...said.items.map(({ id }) => id)].find((id, i, all) => all.indexOf(id) !== i) ?? said.items.find(namesTwice)?.id;
        if (twice !== undefined)
          throw new FameError('SERVER_REQUEST', 'A request is not in its form', {
            at: `json.items, ${twice}`,
            expected: 'each item once, and in it each system once',
            fix: 'leave the second one out',
          });
        const { study } = await write(c, server, 'study-opened', said, (state, id) => {
          projectOf(state, said.project, whoOf(c));
          return { study: id };
        });
        return c.json(show(studyOf(log.state, study, whoOf(c)), whoOf(c).id), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{study}/next',
        summary: 'The next item to rate: texts under numbers, in an order of your own',
        ...allow('rater'),
        request: { params: STUDY },
        responses: { 200: json(shaped<Turn>('An item, or none where all is rated'), 'What comes next') },
      }),
      (c) => c.json(turnOf(studyOf(log.state, c.req.valid('param').study, whoOf(c)), whoOf(c).id, secret), 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/{study}/items/{item}',
        summary: 'Rate all texts of an item, each by its number; a later rating takes the place of an earlier one',
        ...allow('rater'),
        request: {
          headers: KEY,
          params: STUDY.extend(idIn('item').shape),
          ...body(z.object({ ratings: z.record(z.string().regex(/^\d{1,2}$/), scores) })),
        },
        responses: { 200: json(shaped<Turn>('An item, or none where all is rated'), 'What comes next') },
      }),
      async (c) => {
        const { study: id, item: itemId } = c.req.valid('param');
        const { ratings } = c.req.valid('json');
        const by = whoOf(c).id;
        const key = keyOf(c, server);
        await log.carryOut((state) => {
          const study = studyOf(state, id, whoOf(c));
          const item = study.items.find((one) => one.id === itemId);
          if (item === undefined) throw unknown('item', itemId);
          const systems = systemsOf(study, item, by, secret);
          const labels = Object.keys(ratings);
          if (labels.length !== systems.size || labels.some((label) => !systems.has(label)))
            throw new FameError('RATING_PART', 'Every text of an item is rated, or none', {
              at: 'json.ratings',
              expected: [...systems.keys()].join(', '),
              got: labels.join(', '),
              fix: 'rate all of them',
            });
          const events = [...systems].map(([label, system]) => ({
            id: idOf(secret, key, label),
            at: nowOf(server),
            by,
            type: 'rated' as const,
            study: id,
            item: itemId,
            system,
            scores: ratings[label]!,
          }));
          const before = events.flatMap((event) => state.events.get(event.id) ?? []);
          if (before.length === 0) return events;
          if (
            isDeepStrictEqual(
              before,
              events.map((event, i) => ({ ...event, at: before[i]?.at })),
            )
          )
            return [];
          throw keyTwice();
        });
        return c.json(turnOf(studyOf(log.state, id, whoOf(c)), by, secret), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{study}/ratings.csv',
        summary: 'All ratings, as `famenet rate summary` reads them',
        ...allow('owner'),
        request: { params: STUDY },
        responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } } },
      }),
      (c) => {
        const { ratings } = studyOf(log.state, c.req.valid('param').study, whoOf(c));
        const rows = [...ratings.values()].map(({ item, system, rater, scores }) => [
          item,
          system,
          rater,
          ...CRITERIA.map((criterion) => scores[criterion]),
        ]);
        return c.body(csvOf(['item', 'system', 'rater', ...CRITERIA], rows), 200, {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="ratings.csv"',
        });
      },
    );
};

const namesTwice = ({ texts }: z.infer<typeof ratedItem>): boolean => new Set(texts.map(({ system }) => system)).size < texts.length;
