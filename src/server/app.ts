import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { FameError } from '../base/errors.ts';
import { accounts } from './accounts.ts';
import { annotation } from './annotation.ts';
import { calibrations } from './calibrations.ts';
import type { Env, Server } from './context.ts';
import { counted } from './counted.ts';
import { datasets } from './datasets.ts';
import { dialogues } from './dialogues.ts';
import { erasures } from './erasures.ts';
import { ROLES } from './events.ts';
import { examination } from './examination.ts';
import { examples } from './examples.ts';
import { explanations } from './explanations.ts';
import { faces } from './faces.ts';
import { files } from './files.ts';
import { following, ownJobs } from './following.ts';
import { glimpses } from './glimpse.ts';
import { allow, identify, OWN_HEADER, sameSite } from './guard.ts';
import { items } from './items.ts';
import { peaks } from './peaks.ts';
import { problemOf } from './problem.ts';
import { projects } from './projects.ts';
import { ratings } from './ratings.ts';
import { allowScraper } from './scraper.ts';
import { session } from './session.ts';
import { setup } from './setup.ts';
import { json, routes } from './shape.ts';
import { studies } from './studies.ts';
import { transcripts } from './transcripts.ts';

/** Sent with every answer: nothing here is a page, nothing may be framed, guessed at, or kept by those on the way. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** All of the API. Errors are problem details; who may do what stands in each route as `x-roles`. */
export function createApp(server: Server) {
  const { tally, limits, folder, onBug } = server;
  const app = new OpenAPIHono<Env>();
  app.use(async (c, next) => {
    const began = performance.now();
    await next();
    for (const [key, value] of Object.entries(HEADERS)) c.header(key, value);
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
    const labels = { method: c.req.method, route: routePath(c, -1) };
    tally.add('requests_total', { ...labels, status: c.res.status });
    tally.took('request_seconds', (performance.now() - began) / 1000, labels);
  });
  app.use(sameSite(server), identify(server));
  const small = bodyLimit({
    maxSize: limits.body,
    onError: () => {
      throw new FameError('SERVER_BODY', 'The request is too large', {
        expected: `at most ${limits.body} bytes`,
        fix: 'send less at once',
      });
    },
  });
  app.use(async (c, next) => (c.req.method === 'PATCH' ? next() : small(c, next))); // uploads count their bytes themselves
  app.onError((error, c) => {
    const problem = problemOf(httpError(error), folder);
    if (problem.status >= 500) onBug(error);
    if (problem.status === 429) c.header('Retry-After', /\d+/.exec(problem.fix ?? '')?.[0] ?? '1');
    return c.body(JSON.stringify(problem), problem.status as 400, { 'Content-Type': 'application/problem+json' });
  });
  app.notFound(() => {
    throw new FameError('SERVER_UNKNOWN', 'There is nothing under this address', { fix: 'openapi.json names all there is' });
  });

  const api = app
    .route('/', system(server))
    .route('/session', session(server))
    .route('/accounts', accounts(server))
    .route('/projects', projects(server))
    .route('/projects', erasures(server))
    .route('/files', files(server))
    .route('/dialogues', dialogues(server))
    .route('/campaigns', annotation(server))
    .route('/campaigns', items(server))
    .route('/campaigns', counted(server))
    .route('/campaigns', glimpses(server))
    .route('/studies', studies(server))
    .route('/studies', ratings(server))
    .route('/explanations', explanations(server))
    .route('/campaigns', setup(server))
    .route('/calibrations', calibrations(server))
    .route('/transcripts', transcripts(server))
    .route('/datasets', datasets(server))
    .route('/datasets', examination(server))
    .route('/tasks', following(ownJobs(server.work), 'annotator', 'viewer'))
    .route('/files', peaks(server))
    .route('/faces', faces(server))
    .route('/examples', examples(server));
  app.get('/openapi.json', (c) => c.json(documentOf(app)));
  return api;
}

/** The type that the studio's client is made from (`hc<Api>`): all that it imports from here. */
export type Api = ReturnType<typeof createApp>;

/** The OpenAPI document, in which every operation says who may, how it fails, and what writes need. */
function documentOf(app: OpenAPIHono<Env>): object {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'famenet',
      version: '1',
      description: `Errors are problem details (RFC 9457). Every write needs the header ${OWN_HEADER}, whatever its value.`,
    },
  });
  const failure = { description: 'A problem', content: { 'application/problem+json': { schema: { type: 'object' as const } } } };
  for (const path of Object.values(document.paths ?? {}))
    for (const operation of Object.values(path as Readonly<Record<string, { responses?: Record<string, unknown> }>>))
      if (operation.responses !== undefined) operation.responses.default ??= failure;
  return document;
}

/** What hono itself refuses, JSON that is none above all, in our words. */
function httpError(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error) || error.status !== 400) return error;
  return new FameError('SERVER_REQUEST', 'A request is not in its form', {
    at: 'body',
    expected: 'JSON',
    fix: 'openapi.json has the form',
  });
}

/** How the server is, and what it has. */
const system = (server: Server) => {
  const { tally, explainers, jobs, mode } = server;
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/health',
        summary: 'Whether the server answers',
        ...allow('anybody'),
        responses: { 200: json(z.object({ ok: z.literal(true), mode: z.enum(['local', 'team']) }), 'It does') },
      }),
      (c) => c.json({ ok: true as const, mode }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/metrics',
        summary: 'Counts and times, for Prometheus: for owners, and for whoever has the word of --metrics-token as Bearer',
        ...allowScraper(server),
        responses: { 200: { description: 'Text', content: { 'text/plain': { schema: z.string() } } } },
      }),
      (c) => c.text(tally.text(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/models',
        summary: 'What explains here, and how many wait for it',
        ...allow(...ROLES),
        responses: {
          200: json(
            z.object({ explainer: z.string(), explainers: z.array(z.string()), waiting: z.number(), running: z.number() }),
            'The model that is asked where none is named, and all that can be named',
          ),
        },
      }),
      (c) =>
        c.json(
          {
            explainer: explainers[0].name,
            explainers: explainers.map(({ name }) => name),
            waiting: jobs.waiting(),
            running: jobs.running(),
          },
          200,
        ),
    );
};
