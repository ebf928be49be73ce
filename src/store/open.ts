import { UsageError } from '../base/errors.ts';
import type { Entry, EventOf, Store, StoreReader } from './store.ts';

/** Where events are kept. A driver is loaded only where it is needed. */
export type Place = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

export interface OpenOptions<E extends Entry> {
  /** What is read is checked by it. */
  readonly eventOf: EventOf<E>;
  /** How long to wait for another process that writes to the same file (ms). */
  readonly wait?: number;
}

/** A file, or the address of a database as `DATABASE_URL` has it: `postgres://user:password@host:5432/name`. Throws STORE_URL for any other address. */
export function placeOf(where: string): Place {
  if (/^postgres(ql)?:\/\//.test(where)) return { kind: 'postgres', url: where };
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(where)?.[1];
  if (scheme === undefined) return { kind: 'file', file: where };
  throw new UsageError('STORE_URL', `A store cannot be at an address that begins with ${scheme}://`, {
    expected: 'a file, or postgres://…',
    got: `${scheme}://…`,
    fix: 'name another place, or unset DATABASE_URL',
  });
}

/** Opens a store for writing, and makes it where it is absent. Throws STORE_URL, and as `openSqlite` and `openPostgres` do. */
export async function openStore<E extends Entry>(where: string, { eventOf, wait = 5000 }: OpenOptions<E>): Promise<Store<E>> {
  const place = placeOf(where);
  if (place.kind === 'file') return (await import('./sqlite.ts')).openSqlite(place.file, { eventOf, wait });
  return (await import('./postgres.ts')).openPostgres(place.url, { eventOf });
}

/** Opens a store for reading only, whoever writes to it. Throws STORE_URL, and as `openSqliteReader` and `openPostgresReader` do. */
export async function openStoreReader<E extends Entry>(
  where: string,
  { eventOf }: Pick<OpenOptions<E>, 'eventOf'>,
): Promise<StoreReader<E>> {
  const place = placeOf(where);
  if (place.kind === 'file') return (await import('./sqlite.ts')).openSqliteReader(place.file, eventOf);
  return (await import('./postgres.ts')).openPostgresReader(place.url, eventOf);
}
