import { createRoute } from '@hono/zod-openapi';
import { type Criterion, type Rating, type RatingsSummary, summariseRatings } from '../metrics/index.ts';
import { turnOf } from './blind.ts';
import { type Server, unknown, whoOf } from './context.ts';
import { allow } from './guard.ts';
import { sendFilm } from './send.ts';
import { idIn, json, routes, shaped } from './shape.ts';
import type { Study } from './state.ts';
import { studyOf } from './studies.ts';

/** How far a study is, and what its raters have said so far. */
export interface StudySummary {
  readonly study: string;
  readonly title: string;
  readonly items: number;
  /** Items that each rater has rated as a whole. */
  readonly raters: readonly { readonly rater: string; readonly done: number }[];
  /** By criterion: Krippendorff's alpha (ordinal) and how many explanations it rests on. */
  readonly agreement: readonly { readonly criterion: Criterion; readonly alpha: number | null; readonly shared: number }[];
  /** Means by system; null while whoever asks is rating the study: they would say which text is whose. */
  readonly systems:
    | readonly { readonly system: string; readonly ratings: number; readonly means: Readonly<Record<Criterion, number | null>> }[]
    | null;
}

/** What has been rated, for owners; and the film beside what is to be rated, for raters. */
export const ratings = (server: Server) => {
  const { log, secret } = server;
  const STUDY = idIn('study');
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{study}/summary',
        summary: 'How far a study is, how far raters agree, and what they say of each system',
        ...allow('owner'),
        request: { params: STUDY },
        responses: { 200: json(shaped<StudySummary>('Sums'), 'Sums') },
      }),
      async (c) => {
        const me = whoOf(c);
        const study = studyOf(log.state, c.req.valid('param').study, me);
        const { done, of } = turnOf(study, me.id, secret);
        return c.json(summaryOf(study, await summariseRatings(rated(study), { samples: 0, seed: 0 }), done > 0 && done < of), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{study}/ratings.jsonl',
        summary: 'All ratings as lines of JSON: item, system, rater, scores',
        ...allow('owner'),
        request: { params: STUDY },
        responses: { 200: { description: 'JSONL' } },
      }),
      (c) => {
        const lines = rated(studyOf(log.state, c.req.valid('param').study, whoOf(c))).map((rating) => `${JSON.stringify(rating)}\n`);
        return c.body(lines.join(''), 200, {
          'Content-Type': 'application/jsonl; charset=utf-8',
          'Content-Disposition': 'attachment; filename="ratings.jsonl"',
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{study}/items/{item}/film',
        summary: 'The film beside an item, up to its utterance, or one range of that',
        ...allow('rater'),
        request: { params: STUDY.extend(idIn('item').shape) },
        responses: { 200: { description: 'All' }, 206: { description: 'The range' } },
      }),
      async (c) => {
        const { study, item: id } = c.req.valid('param');
        const item = studyOf(log.state, study, whoOf(c)).items.find((one) => one.id === id);
        if (item === undefined) throw unknown('item', id);
        return sendFilm(c, server, item);
      },
    );
};

const rated = ({ ratings }: Study): Rating[] =>
  [...ratings.values()].map(({ item, system, rater, scores }) => ({ item, system, rater, scores }));

function summaryOf({ study, title, items, ratings }: Study, { systems, criteria }: RatingsSummary, blind: boolean): StudySummary {
  const given = [...ratings.values()];
  const raters = [...new Set(given.map(({ rater }) => rater))].sort();
  const whole = (rater: string) =>
    items.filter(({ id, texts }) => texts.every(({ system }) => ratings.has(JSON.stringify([rater, id, system])))).length;
  return {
    study,
    title,
    items: items.length,
    raters: raters.map((rater) => ({ rater, done: whole(rater) })),
    agreement: criteria.map(({ name, alpha, shared }) => ({ criterion: name, alpha: alpha?.value ?? null, shared })),
    systems: blind
      ? null
      : systems.map((system, i) => ({
          system,
          ratings: given.filter((one) => one.system === system).length,
          means: Object.fromEntries(criteria.map(({ name, systems: rows }) => [name, rows[i]?.mean ?? null])) as Record<
            Criterion,
            number | null
          >,
        })),
  };
}
