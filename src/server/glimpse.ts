/** What programs see and hear in the film of an item, for whoever annotates it: never more than the film that this person is shown. */
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { FacesReport } from '../faces/index.ts';
import type { Item } from '../protocol/index.ts';
import { campaignFor, ITEM, viewed } from './campaign.ts';
import { type Env, idOf, type Server, unknown, whoOf } from './context.ts';
import { receivedOf } from './files.ts';
import { allow } from './guard.ts';
import { FACES_FPS as FPS, type Peaks } from './insight.ts';
import type { Work } from './jobs.ts';
import { projectOf } from './members.ts';
import type { Problem } from './problem.ts';
import { checkFilms } from './purpose.ts';
import { json, KEY, routes, shaped } from './shape.ts';

/** Faces up to the utterance, under the numbers that evidence names. How they would be read is left out: annotators judge that for themselves. */
export interface NumberedFaces {
  /** `none`: nobody has asked for them yet. */
  readonly state: 'none' | 'looking' | 'ready' | 'failed';
  /** Seconds from one picture that was looked at to the next. */
  readonly step: number;
  /** In the order of time. */
  readonly faces: readonly {
    readonly face: number;
    readonly t: number;
    /** Shares of the picture. */
    readonly box: readonly [x: number, y: number, width: number, height: number];
  }[];
  readonly problem?: Problem;
}

/** Of a report only boxes and numbers, and nothing from after `until`. */
export function numbered(
  { video, tracks }: Pick<FacesReport, 'video' | 'tracks'>,
  until = Number.POSITIVE_INFINITY,
): NumberedFaces['faces'] {
  const shares = [video.width, video.height, video.width, video.height];
  const share = (value: number, i: number) => Math.round((10_000 * value) / shares[i]!) / 10_000;
  return tracks
    .flatMap(({ id, frames }) => frames.filter(({ t }) => t < until).map(({ t, box }) => ({ face: id, t, box: box.map(share) as never })))
    .sort((a, b) => a.t - b.t || a.face - b.face);
}

/** What the player of an item needs besides its film: the outline of the sound, and where faces are, up to the utterance and no further. */
export const glimpses = (server: Server) => {
  const { log, insight, jobs, secret } = server;
  /** The item as this person may see it, with its film. Throws SERVER_UNKNOWN, TEXT_ONLY. */
  const filmed = async (c: Context<Env>, { campaign, item: id }: { campaign: string; item: string }) => {
    const { item } = viewed(await campaignFor(c, server, campaign), whoOf(c).id, id);
    if (item.clip === undefined || !log.state.files.has(item.clip)) throw unknown('film', id);
    const file = receivedOf(log.state, item.clip);
    checkFilms(projectOf(log.state, file.project, { id: 'local', roles: ['owner'] })); // membership is the campaign's here
    return { item, file };
  };
  const jobOf = (c: Context<Env>, file: string): string => idOf(secret, whoOf(c).id, 'faces', file);
  const facesOf = (c: Context<Env>, { clip, until }: Item): NumberedFaces => {
    const report = insight.known(clip!, undefined);
    if (report !== undefined) return { state: 'ready', step: 1 / FPS, faces: numbered(report, until) };
    const job = jobs.get(whoOf(c).id, jobOf(c, clip!));
    const state =
      job === undefined || job.state === 'done' || job.state === 'stopped' ? 'none' : job.state === 'failed' ? 'failed' : 'looking';
    return { state, step: 1 / FPS, faces: [], ...(job?.problem === undefined ? {} : { problem: job.problem }) };
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/items/{item}/peaks',
        summary: "The outline of an item's sound, up to its utterance",
        ...allow('annotator', 'voter'),
        request: { params: ITEM },
        responses: { 200: json(shaped<Peaks>('Values from 0 to 255, and the seconds between them'), 'The outline') },
      }),
      async (c) => {
        const { item, file } = await filmed(c, c.req.valid('param'));
        if (!file.received.sound) return c.json({ step: 1, peaks: [] } satisfies Peaks, 200);
        const { step, peaks } = await insight.peaks(file.id, file.received.duration);
        return c.json({ step, peaks: item.until === undefined ? peaks : peaks.slice(0, Math.floor(item.until / step)) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{campaign}/items/{item}/faces',
        summary: "The faces of an item's film up to its utterance, by number; nothing of how they would be read",
        ...allow('annotator', 'voter'),
        request: { params: ITEM },
        responses: { 200: json(shaped<NumberedFaces>('Faces'), 'Faces, as far as they were looked for') },
      }),
      async (c) => c.json(facesOf(c, (await filmed(c, c.req.valid('param'))).item), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{campaign}/items/{item}/faces',
        summary: "Look for the faces of an item's film; it waits in the queue of explanations",
        ...allow('annotator', 'voter'),
        request: { headers: KEY, params: ITEM },
        responses: { 202: json(shaped<NumberedFaces>('Faces'), 'They are looked for') },
      }),
      async (c) => {
        const { item, file } = await filmed(c, c.req.valid('param'));
        const work: Work = async function* look(told, signal) {
          yield* [];
          await insight.faces(file.id, undefined, signal, (done, total) => told({ stage: 'faces', done, total }));
          return {}; // what was found is told by the item's route, up to the utterance, and by no job
        };
        if (file.received.picture && insight.known(file.id, undefined) === undefined) jobs.add(whoOf(c).id, work, jobOf(c, file.id));
        return c.json(facesOf(c, item), 202);
      },
    );
};
