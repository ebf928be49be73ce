/** How routes are declared alike: forms of requests and answers, and writes under a key. */
import { isDeepStrictEqual } from 'node:util';
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import { type Env, keyOf, nowOf, type Server, whoOf } from './context.ts';
import { type ServerEvent, type ServerEventOf, serverEvent } from './events.ts';
import type { State } from './state.ts';

/** A small app: whatever does not have its form is refused. */
export const routes = () =>
  new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      throw new FameError('SERVER_REQUEST', 'A request is not in its form', {
        at: [result.target, ...(issue?.path ?? [])].join('.'),
        expected: issue?.message ?? '',
        fix: 'openapi.json has the form',
      });
    },
  });

/** An answer whose form is a type of ours, and not spelled out in the document. */
export const shaped = <T>(about: string) => z.custom<T>().openapi({ type: 'object', description: about });

/** An answer in JSON. */
export const json = <const T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A request's body in JSON. */
export const body = <const T extends z.ZodType>(schema: T) => ({ body: { required: true, content: { 'application/json': { schema } } } });

/** Every write has a key: sent again under the same one, it counts once. */
export const KEY = z.object({ 'idempotency-key': z.string().openapi({ description: 'new for each write: a UUID' }) });

/** An id in a path. */
export const idIn = <const K extends string>(key: K) =>
  z.object({
    [key]: z
      .string()
      .max(200)
      .openapi({ param: { name: key, in: 'path' } }),
  } as { [P in K]: z.ZodString });

type Said<T extends ServerEvent['type']> = Omit<ServerEventOf<T>, 'id' | 'at' | 'by' | 'type'>;

/**
 * Writes what a request says, once: `make` adds what the state has to say, or throws where it cannot be. A request that was carried out before changes nothing.
 * Throws SERVER_KEY, SERVER_KEY_TWICE, and as `make` does.
 */
export async function write<T extends ServerEvent['type']>(
  c: Context<Env>,
  server: Server,
  type: T,
  said: Partial<Said<T>>,
  make: (state: State, id: string) => Partial<Said<T>>,
  by = whoOf(c).id,
): Promise<ServerEventOf<T>> {
  const id = keyOf(c, server, by);
  await server.log.carryOut((state) => {
    const before = state.events.get(id);
    if (before === undefined) return [formed({ id, at: nowOf(server), by, type, ...said, ...make(state, id) })];
    const same =
      before.type === type &&
      Object.entries(withoutUndefined(said)).every(([key, value]) =>
        isDeepStrictEqual(value, (before as unknown as Readonly<Record<string, unknown>>)[key]),
      );
    if (same) return [];
    throw keyTwice();
  });
  return server.log.state.events.get(id) as ServerEventOf<T>;
}

/** The error for another write under a key that was used. */
export const keyTwice = (): FameError =>
  new FameError('SERVER_KEY_TWICE', 'Something else was written under this key', {
    at: 'Idempotency-Key',
    fix: 'make a new key for each write',
  });

/** The event in its form: what the log could not read again must not get into it. Throws SERVER_REQUEST. */
function formed(event: object): ServerEvent {
  const parsed = serverEvent.safeParse(withoutUndefined(event));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FameError('SERVER_REQUEST', 'A request is not in its form', {
    at: issue?.path.join('.') ?? '',
    expected: issue?.message ?? '',
    fix: 'openapi.json has the form',
  });
}

const withoutUndefined = (value: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
