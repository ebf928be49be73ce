/** What the server's routes work with. Everything is handed in, so that tests have several servers in one process, and clocks of their own. */
import { createHmac } from 'node:crypto';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import type { Campaign, Event } from '../protocol/index.ts';
import type { Speech } from '../speech/index.ts';
import type { Desk } from '../store/index.ts';
import type { Cuts } from './cuts.ts';
import type { ServerEvent } from './events.ts';
import type { Explainer } from './explainer.ts';
import type { Scorer } from './gate.ts';
import type { Insight } from './insight.ts';
import type { Jobs } from './jobs.ts';
import type { Limiter } from './rate.ts';
import type { Reports } from './reports.ts';
import type { Shelf } from './shelf.ts';
import type { Account, State } from './state.ts';
import type { Tally } from './tally.ts';

/** How much may be sent, and asked for at once. */
export interface ServerLimits {
  /** Bytes of one file. */
  readonly file: number;
  /** Bytes of all files of one account, those on their way included. */
  readonly quota: number;
  /** Bytes of one data set. */
  readonly dataset: number;
  /** Seconds of one video. */
  readonly duration: number;
  /** Bytes of one JSON body. */
  readonly body: number;
  /** Milliseconds that an upload may go on without a byte. */
  readonly idle: number;
}

export const LIMITS: ServerLimits = {
  file: 2 * 2 ** 30,
  quota: 20 * 2 ** 30,
  dataset: 64 * 2 ** 20,
  duration: 2 * 3600,
  body: 4 * 2 ** 20,
  idle: 15_000,
};

/** A server's inside. */
export interface Server {
  /** `local`: one person, on this machine, who needs no password. `team`: accounts. */
  readonly mode: 'local' | 'team';
  /** Under which addresses people come, as `http://host:port`; what comes under another is refused. */
  readonly origins: readonly string[];
  /** Signs tickets and hides who chose which idempotency key. */
  readonly secret: Buffer;
  /** Accounts, projects, files, dialogues, studies. */
  readonly log: Desk<State, ServerEvent>;
  /** Annotation: one desk for each campaign, made where `create` says so. Throws SERVER_UNKNOWN. */
  readonly campaign: (id: string, create?: boolean) => Promise<Desk<Campaign, Event>>;
  readonly campaigns: () => Promise<readonly string[]>;
  /** Measures, some time soon, what waits for the gate of a campaign. */
  readonly gate: (campaign: string) => void;
  readonly shelf: Shelf;
  /** Films up to an utterance. */
  readonly cuts: Cuts;
  /** Data sets. */
  readonly sets: Shelf;
  readonly reports: Reports;
  readonly jobs: Jobs;
  /** What reads data sets and hears films: it does not wait for explanations. */
  readonly work: Jobs;
  /** What may be asked for explanations; the first one is, where nobody names another. */
  readonly explainers: readonly [Explainer, ...Explainer[]];
  /** What is seen and heard in whole films. */
  readonly insight: Insight;
  /** Hears films; undefined where the server has no speech models. */
  readonly speech: (() => Promise<Speech>) | undefined;
  /** Opens the measure of a gate that is to be tried; undefined where the server has no model for it. */
  readonly measure: ((how: { readonly rescale: boolean }) => Promise<Scorer>) | undefined;
  /** Lets Prometheus read the counts; undefined: owners alone. */
  readonly metricsToken: string | undefined;
  readonly tally: Tally;
  readonly limit: Limiter;
  readonly limits: ServerLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Where data lies: never told to anybody. */
  readonly folder: string;
  /** What nobody has thought of, for the server's own output. */
  readonly onBug: (error: unknown) => void;
}

/** What a request carries through the routes. */
export interface Env {
  Bindings: { readonly address?: string };
  Variables: { who: Account | undefined };
}

/** Who asks; `allow` has let nobody through who is nobody. */
export const whoOf = (c: Context<Env>): Account => c.var.who!;

/** Now, as events have it. */
export const nowOf = ({ clock }: Pick<Server, 'clock'>): string => new Date(clock()).toISOString();

/**
 * The id of what a request writes: from its `Idempotency-Key`, which belongs to whoever sends it. The same request, sent again, has the same id; nobody can
 * choose one, or see from it who asked. Throws SERVER_KEY.
 */
export function keyOf(c: Context<Env>, { secret }: Pick<Server, 'secret'>, by = whoOf(c).id): string {
  const key = c.req.header('idempotency-key') ?? '';
  if (!/^[\w-]{16,64}$/.test(key))
    throw new FameError('SERVER_KEY', 'A write needs a key of its own', {
      at: 'Idempotency-Key',
      expected: '16 to 64 letters, digits, - or _: a new UUID for each write, the same one where the write is sent again',
      got: key === '' ? 'none' : `${key.length} characters`,
      fix: 'send that header',
    });
  return idOf(secret, by, key);
}

/** An id from what it is for: the same for the same, and nothing can be read from it. */
export function idOf(secret: Buffer, ...of: readonly string[]): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['id', ...of]))
    .digest('hex')
    .slice(0, 32);
}

/** The error for something that is not there, or not for whoever asks: the same for both. */
export function unknown(what: string, at: string): FameError {
  return new FameError('SERVER_UNKNOWN', `There is no such ${what}`, { at, fix: 'check the id' });
}
