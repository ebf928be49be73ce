import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FameError } from '../base/errors.ts';
import { type Campaign, type Event, folding, parseEvent } from '../protocol/index.ts';
import { type Desk, openDesk, openStore, type Store } from '../store/index.ts';
import { INVITATION_MS } from './accounts.ts';
import { LIMITS, type Server, type ServerLimits, unknown } from './context.ts';
import { openCuts } from './cuts.ts';
import { finishErasures } from './erasure.ts';
import { type ServerEvent, serverEvent } from './events.ts';
import type { Explainer } from './explainer.ts';
import { gatekeeper, type Scorer } from './gate.ts';
import { openInsight } from './insight.ts';
import { jobs } from './jobs.ts';
import { limiter } from './rate.ts';
import { openReports } from './reports.ts';
import { checkToken } from './scraper.ts';
import { digestOf } from './session.ts';
import { openShelf } from './shelf.ts';
import { serverFolding } from './state.ts';
import { tally } from './tally.ts';

export interface ServerOptions {
  /** Folder of everything that is kept; made where it is absent. */
  readonly data: string;
  /** Store of the annotation, where it is another place than the folder's own: a file, or postgres://… */
  readonly db?: string | undefined;
  readonly mode: Server['mode'];
  /** See `Server`. */
  readonly origins: readonly string[];
  readonly explainer: Explainer;
  /** More that may be asked by their names, to compare. */
  readonly others?: readonly Explainer[] | undefined;
  /** Opens the measure that a campaign's gate names; without it, drafts wait ungated. */
  readonly scorer?: ((signature: string) => Promise<Scorer>) | undefined;
  /** See `Server`. */
  readonly speech?: Server['speech'];
  readonly measure?: Server['measure'];
  readonly metricsToken?: string | undefined;
  readonly limits?: Partial<ServerLimits> | undefined;
  /** Explanations at once, and how many of one account may wait. */
  readonly queue?: { readonly atOnce?: number; readonly most?: number } | undefined;
  readonly clock?: (() => number) | undefined;
  readonly onBug?: ((error: unknown) => void) | undefined;
}

/** An open server, without a port yet. */
export interface Opened {
  readonly server: Server;
  /** Stops jobs, waits for writes in hand, and gives everything back. */
  close(): Promise<void>;
}

/** The one campaign of the server's own store. */
const LOG = 'server';

/** Opens all that a server works with. Throws as `openStore` does: STORE_LOCKED where another process has the folder. */
export async function openServer(options: ServerOptions): Promise<Opened> {
  const { data, mode, origins, explainer, others = [], clock = Date.now, onBug = () => {} } = options;
  checkToken(options.metricsToken);
  const folder = resolve(data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = await openStore(join(folder, 'server.db'), { eventOf: serverEventOf });
  let annotations: Store<Event> | undefined;
  try {
    annotations = await openStore(options.db ?? join(folder, 'annotations.db'), { eventOf: parseEvent });
    const limits = { ...LIMITS, ...options.limits };
    const campaign = desks(annotations);
    const gate = gatekeeper(campaign, options.scorer, { now: () => new Date(clock()).toISOString(), onBug });
    const counts = tally();
    const line = jobs({ ...options.queue, hide: folder, onBug });
    const work = jobs({ atOnce: 1, most: 4, hide: folder, onBug });
    counts.gauge('jobs_waiting', 'Explanations that wait', line.waiting);
    counts.gauge('jobs_running', 'Explanations that are being made', line.running);
    const shelf = await openShelf(join(folder, 'files'), limits);
    const cuts = await openCuts(join(folder, 'cuts'), shelf);
    const server: Server = {
      mode,
      origins,
      secret: await secretOf(join(folder, 'secret')),
      log: await openDesk(own, LOG, serverFolding),
      campaign,
      campaigns: async () => (await annotations!.campaigns()).map((one) => one.campaign),
      gate: gate.look,
      shelf,
      cuts,
      sets: await openShelf(join(folder, 'datasets'), limits),
      reports: await openReports(join(folder, 'reports')),
      jobs: line,
      work,
      explainers: [explainer, ...others],
      insight: openInsight(shelf),
      speech: options.speech,
      measure: options.measure,
      metricsToken: options.metricsToken,
      tally: counts,
      limit: limiter(clock),
      limits,
      clock,
      folder,
      onBug,
    };
    await finishErasures(server); // that a killed server has begun
    for (const id of await server.campaigns()) gate.look(id);
    return {
      server,
      async close() {
        await Promise.all([line.close(), work.close(), gate.close(), cuts.close()]);
        await Promise.all([explainer, ...others].map((one) => one.close()));
        await Promise.all([own.close(), annotations!.close()]);
      },
    };
  } catch (error) {
    await Promise.all([own.close(), annotations?.close()]);
    throw error;
  }
}

/** The word by which the first owner of a team gets in; undefined once there is one. Each call makes another. */
export async function firstInvitation({ log, clock }: Server): Promise<string | undefined> {
  const owned = [...log.state.accounts.values()].some(({ closed, roles }) => !closed && roles.includes('owner'));
  if (owned) return undefined;
  const word = randomBytes(24).toString('base64url');
  const [id, now] = [randomBytes(16).toString('hex'), clock()];
  const until = new Date(now + INVITATION_MS).toISOString();
  await log.carryOut(() => [
    { type: 'invited', id, at: new Date(now).toISOString(), by: 'serve', account: 'owner', roles: ['owner'], token: digestOf(word), until },
  ]);
  return word;
}

/** A desk for each campaign, opened when it is first asked for. */
function desks(store: Store<Event>): Server['campaign'] {
  const open = new Map<string, Promise<Desk<Campaign, Event>>>();
  return async (id, create = false) => {
    const known = open.get(id);
    if (known !== undefined) return known;
    if (!create && (await versionOf(store, id)) === 0) throw unknown('campaign', id);
    const desk = open.get(id) ?? openDesk(store, id, folding);
    open.set(id, desk);
    desk.catch(() => open.delete(id));
    return desk;
  };
}

/** 0 of what cannot be the name of a campaign, too. */
const versionOf = (store: Store<Event>, id: string): Promise<number> =>
  store.version(id).catch((error) => {
    if (error instanceof FameError && error.code === 'STORE_ENTRY') return 0;
    throw error;
  });

/** 32 bytes by chance, made once. */
async function secretOf(file: string): Promise<Buffer> {
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600, flush: true }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const secret = await readFile(file);
  if (secret.length === 32) return secret;
  throw new FameError('SERVER_SECRET', "The server's secret is damaged", {
    at: file,
    expected: '32 bytes',
    got: `${secret.length} bytes`,
    fix: 'restore it, or delete the file: everybody has to log in again, and writes that are sent again count twice',
  });
}

/** An event of the server's own log. Throws SERVER_LOG. */
function serverEventOf(value: unknown, at: string): ServerEvent {
  const parsed = serverEvent.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FameError('SERVER_LOG', "An event of the server's log is not in its form", {
    at,
    got: parsed.error.issues[0]?.path.join('.') ?? '',
    fix: 'restore a backup, or use a newer famenet',
  });
}
