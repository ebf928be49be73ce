/** A server in a folder of its own, asked in process; its people, and how each asks. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/server/app.ts';
import { ROLES, type Role, type ServerEvent } from '../../src/server/events.ts';
import { type Explainer, explainerOf } from '../../src/server/explainer.ts';
import { type Opened, openServer, type ServerOptions } from '../../src/server/open.ts';
import { sealed } from '../../src/server/ticket.ts';

/** Where all of these servers are known. */
export const ORIGIN = 'http://127.0.0.1:4777';

export interface Served extends Opened {
  readonly app: ReturnType<typeof createApp>;
  readonly folder: string;
  /** What nobody had thought of; empty at the end of every test. */
  readonly bugs: unknown[];
  /** Moves the server's clock on. */
  wait(ms: number): void;
  /** Asks as somebody, or as nobody; JSON in and out, a new key with each write unless `headers` has one. */
  ask(who: string | undefined, method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The same, and its JSON. */
  json<T = Record<string, never>>(...asked: Parameters<Served['ask']>): Promise<{ readonly status: number; readonly body: T }>;
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

const NO_MODEL = explainerOf('none', async () => join(tmpdir(), 'no-such-model'));

/** A server with a person for each role, called like it; more by `people`. */
export async function served(
  options: Partial<ServerOptions> & { readonly people?: Readonly<Record<string, readonly Role[]>>; readonly explainer?: Explainer } = {},
): Promise<Served> {
  const { people, ...rest } = options;
  const folder = rest.data ?? (await mkdtemp(join(tmpdir(), 'famenet-server-')));
  const bugs: unknown[] = [];
  let now = Date.parse('2026-11-25T10:00:00.000Z');
  const opened = await openServer({
    mode: 'team',
    explainer: NO_MODEL,
    clock: () => now,
    onBug: (error) => bugs.push(error),
    ...rest,
    data: folder,
    origins: [ORIGIN],
  }).catch(async (cause) => {
    if (rest.data === undefined) await rm(folder, { recursive: true, force: true });
    throw cause;
  });
  const { server } = opened;
  const app = createApp(server);
  const all = { ...Object.fromEntries(ROLES.map((role) => [role, [role]])), ...people } as Readonly<Record<string, Role[]>>;
  if (server.mode === 'team' && server.log.state.accounts.size === 0)
    await server.log.carryOut(() => Object.entries(all).flatMap(([account, roles]) => joined(account, roles)));
  const cookieOf = (who: string): string => {
    const { epoch = 0 } = server.log.state.accounts.get(who) ?? {};
    return `famenet=${sealed({ account: who, epoch, until: now + 3600_000 }, server.secret)}`;
  };
  const ask: Served['ask'] = async (who, method, path, body, headers = {}) => {
    const init: RequestInit = {
      method,
      headers: {
        host: '127.0.0.1:4777',
        ...(who === undefined ? {} : { cookie: cookieOf(who) }),
        ...(method === 'GET' || method === 'HEAD' ? {} : { 'x-famenet': '1', 'idempotency-key': randomUUID() }),
        ...(body === undefined || body instanceof Uint8Array || body instanceof ReadableStream
          ? {}
          : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array || body instanceof ReadableStream ? (body as ReadableStream) : JSON.stringify(body) }),
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    };
    return app.request(`${ORIGIN}${path}`, init, { address: '127.0.0.1' });
  };
  return {
    ...opened,
    app,
    folder,
    bugs,
    wait(ms) {
      now += ms;
    },
    ask,
    async json(...asked) {
      const response = await ask(...asked);
      return { status: response.status, body: (await response.json()) as never };
    },
    async end() {
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An account without the tenth of a second that a password takes. */
export function joined(account: string, roles: Role[]): ServerEvent[] {
  const about = { at: '2026-11-25T09:00:00.000Z', by: 'test', account };
  const token = randomUUID().replaceAll('-', '').repeat(2);
  const id = () => randomUUID().replaceAll('-', '');
  return [
    { ...about, id: id(), type: 'invited', roles, token, until: '2027-01-01T00:00:00.000Z' },
    { ...about, id: id(), type: 'joined', name: account, password: 'scrypt$1$1$1$$', token },
  ];
}
