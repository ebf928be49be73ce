/** The server, typed by its own routes: only types come from it. */
import { hc } from 'hono/client';
import type { Api } from '../../src/server/app.ts';
import type { Problem } from '../../src/server/problem.ts';

export type { Problem };

/** Sent with everything: pages of other sites cannot send it without being asked first. */
export const OWN_HEADER = { 'x-famenet': '1' } as const;

/** `ok(api.projects.$get())` and the like. Writes carry `header: newKey()`. */
export const api = hc<Api>('/', { headers: OWN_HEADER });

/** What the server has refused, or could not do. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

const UNREACHABLE: Problem = {
  type: 'urn:famenet:STUDIO_OFFLINE',
  title: 'The server does not answer',
  status: 0,
  code: 'STUDIO_OFFLINE',
  fix: 'check that famenet is still running and that this machine reaches it, then try again',
};

/** Any error as a problem that can be shown. */
export function problemFrom(error: unknown): Problem {
  if (isProblem(error)) return error;
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof TypeError && /fetch|network/i.test(error.message)) return UNREACHABLE;
  const got = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    type: 'urn:famenet:BUG',
    title: 'The studio met something it did not expect. This is our bug, not your mistake',
    status: 0,
    code: 'BUG',
    got,
  };
}

/** The body of an answer that went well. Throws ProblemError for every other. */
export async function ok<R extends { readonly ok: boolean; json(): Promise<unknown> }>(
  asked: Promise<R>,
): Promise<Awaited<ReturnType<R['json']>>> {
  const response = (await asked) as unknown as Response;
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return (response.status === 204 ? undefined : await response.json()) as Awaited<ReturnType<R['json']>>;
}

/** The problem that an answer carries. */
export async function problemIn(response: Response): Promise<Problem> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) return (await response.json()) as Problem;
  return { ...UNREACHABLE, title: 'Something between here and the server has answered in its place', got: `${response.status}` };
}

/** A key for one write: made once, and sent again with it where it is sent again. */
export const newKey = (): { readonly 'idempotency-key': string } => ({ 'idempotency-key': uuid() });

/** By chance; `crypto.randomUUID` is there on secure pages only. */
function uuid(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value && 'type' in value;
