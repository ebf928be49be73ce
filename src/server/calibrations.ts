import { createRoute, z } from '@hono/zod-openapi';
import { FameError } from '../base/errors.ts';
import { ALLOWED, type Calibration, calibrationOf, ECEM, errorsAt, type GatePolicy, shuffledPairs } from '../protocol/index.ts';
import { idOf, keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { setFileOf, wholeSetOf } from './datasets.ts';
import type { ServerEvent } from './events.ts';
import { allow } from './guard.ts';
import type { JobState, Work } from './jobs.ts';
import { type Asker, entered, mayEnter, projectOf } from './members.ts';
import { inThread } from './set-work.ts';
import { body, idIn, json, KEY, routes, shaped } from './shape.ts';
import type { KeptCalibration, State } from './state.ts';

const MOST_PAIRS = 5000; // that are scored: more say no more
const STEPS = 100; // of the curve of errors

/** A gate that was tried, at one threshold: what it does, and why no campaign would open with it, if none would. */
export interface Tried {
  readonly calibration: string;
  readonly name: string;
  readonly at: string;
  readonly summary: Calibration['summary'];
  readonly suggested: number;
  readonly fault: Calibration['fault'] | null;
  readonly errors: { readonly missed: number; readonly passed: number };
  /** Both errors over the range of scores. */
  readonly curve: readonly { readonly threshold: number; readonly missed: number; readonly passed: number }[];
}

const listed = z.object({
  calibration: z.string(),
  project: z.string(),
  name: z.string(),
  at: z.string(),
  signature: z.string(),
  pairs: z.number(),
});

/** A calibration of a project that somebody may enter. Throws SERVER_UNKNOWN. */
export function calibrationFor(
  { calibrations, projects }: Pick<State, 'calibrations' | 'projects'>,
  id: string,
  who: Asker,
): KeptCalibration {
  const kept = calibrations.get(id);
  if (kept === undefined || !mayEnter(projects.get(kept.project), who)) throw unknown('calibration', id);
  return kept;
}

/** What was scored, at a threshold. */
export function triedAt(
  kept: KeptCalibration,
  { threshold, allowed }: { readonly threshold: number; readonly allowed: number },
): Calibration {
  const [matched, shuffled] = [kept.matched, kept.shuffled].map((scores) => scores.map((score) => score ?? Number.NaN)) as [
    number[],
    number[],
  ];
  return calibrationOf(matched, shuffled, { signature: kept.signature, threshold, allowed });
}

/** The gate of a policy, as a campaign keeps it. */
export function gateAt(kept: KeptCalibration, how: { readonly threshold: number; readonly allowed: number }): GatePolicy {
  const { summary } = triedAt(kept, how);
  return { signature: kept.signature, threshold: how.threshold, calibration: summary };
}

/** Gates that are tried before a campaign opens: on pairs that belong together, and on the same texts shuffled. */
export const calibrations = (server: Server) => {
  const { log, work } = server;
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All calibrations, the latest first',
        ...allow('viewer'),
        responses: { 200: json(z.array(listed), 'Calibrations, without their scores') },
      }),
      (c) => {
        const mine = entered(log.state, log.state.calibrations.values(), whoOf(c));
        const rows = mine.map(({ id, project, name, at, signature, matched }) => ({
          calibration: id,
          project,
          name,
          at,
          signature,
          pairs: matched.length,
        }));
        return c.json(rows.reverse(), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: "Try the gate on a data set with texts of two people about each thing: a job that scores them with the server's model",
        ...allow('owner'),
        request: {
          headers: KEY,
          ...body(
            z.object({
              dataset: z.string(),
              rescale: z.boolean().default(false),
              seed: z
                .int()
                .min(0)
                .max(2 ** 32 - 1)
                .default(1),
            }),
          ),
        },
        responses: { 202: json(shaped<JobState>('The job; its result names the calibration'), 'It waits') },
      }),
      (c) => {
        const { dataset, rescale, seed } = c.req.valid('json');
        const set = wholeSetOf(log.state, dataset, whoOf(c));
        projectOf(log.state, set.project, whoOf(c));
        const { measure } = server;
        if (measure === undefined)
          throw new FameError('SERVER_MEASURE', 'Nothing here can compare texts: the server was started without a model for the gate', {
            expected: '--gate-model with a folder of RoBERTa or BERT',
            got: 'none',
            fix: 'start the server with --gate-model, or open the campaign without a gate, with a reason',
          });
        const key = keyOf(c, server);
        const by = whoOf(c).id;
        const score: Work = async function* score(told, signal) {
          told({ stage: 'reading' });
          yield* [];
          const pairs = (await inThread({ task: 'pairs', file: setFileOf(server, set) }, { signal })).slice(0, MOST_PAIRS);
          if (pairs.length < 2)
            throw new FameError('CALIBRATION_PAIRS', 'The data set has no texts of two people about the same things', {
              at: set.name,
              expected: 'two causes for each id (references), or entries with two drafts',
              got: `${pairs.length} pairs`,
              fix: 'send references with two causes for each id, or what a campaign has published',
            });
          told({ stage: 'opening' });
          const scorer = await measure({ rescale });
          const shuffled = shuffledPairs(pairs, seed);
          told({ stage: 'comparing', done: 0, total: pairs.length + shuffled.length });
          const ofMatched = await scorer.score(pairs, signal);
          told({ stage: 'comparing', done: pairs.length, total: pairs.length + shuffled.length });
          const ofShuffled = await scorer.score(shuffled, signal);
          const event: ServerEvent = {
            id: idOf(server.secret, key, 'calibrated'),
            at: nowOf(server),
            by,
            type: 'gate-calibrated',
            calibration: key,
            project: set.project,
            name: set.name,
            signature: scorer.signature,
            seed,
            matched: ofMatched.map(kept),
            shuffled: ofShuffled.map(kept),
          };
          await log.carryOut((state) => (state.events.has(event.id) ? [] : [event]));
          return { calibration: key, signature: scorer.signature, pairs: pairs.length };
        };
        return c.json(work.add(by, score, key), 202);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{calibration}',
        summary: 'What the gate does at a threshold, and whether a campaign would open with it',
        ...allow('viewer'),
        request: {
          params: idIn('calibration'),
          query: z.object({
            threshold: z.coerce.number().min(-10).max(10).default(ECEM.threshold),
            allowed: z.coerce.number().min(0).max(1).default(ALLOWED),
          }),
        },
        responses: { 200: json(shaped<Tried>('Histograms of both kinds of pairs, and the errors'), 'The gate') },
      }),
      (c) => {
        const kept = calibrationFor(log.state, c.req.valid('param').calibration, whoOf(c));
        const how = c.req.valid('query');
        const tried = triedAt(kept, how);
        const { from, to } = tried.summary.histogram;
        const answer: Tried = {
          calibration: kept.id,
          name: kept.name,
          at: kept.at,
          summary: tried.summary,
          suggested: tried.suggested,
          fault: tried.fault ?? null,
          errors: errorsAt(tried, how.threshold),
          curve: Array.from({ length: STEPS + 1 }, (_, i) => {
            const threshold = from + ((to - from) * i) / STEPS;
            return { threshold, ...errorsAt(tried, threshold) };
          }),
        };
        return c.json(answer, 200);
      },
    );
};

/** JSON has no other name for what is no number. */
const kept = (score: number): number | null => (Number.isFinite(score) ? score : null);
