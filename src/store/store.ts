import { FameError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';

/** What a store has to know of an event; whatever else it holds is kept as it is. It must survive JSON unchanged. */
export interface Entry {
  /** Given by whoever writes, once for each write: the same write, sent again, has the same id. At most 200 characters. */
  readonly id: string;
}

/** An event in its place: the versions of a campaign are 1, 2, 3 …, without gaps. */
export interface Stored<E extends Entry> {
  readonly version: number;
  readonly event: E;
}

/**
 * What became of a write. `stored`: on the disk. `repeated`: it was there already, and is there once. `conflict`: nothing was written, because the
 * campaign has gone on since `after`. `version` is the campaign's latest, or for `repeated` the version of the write's last event.
 */
export interface Appended {
  readonly kind: 'stored' | 'repeated' | 'conflict';
  readonly version: number;
}

/** The logs of campaigns, to be read. */
export interface StoreReader<E extends Entry> {
  /** A campaign's events after a version, in order; none of a campaign that does not exist. Throws what the event's check throws, STORE_FAILED. */
  read(campaign: string, after?: number): AsyncIterable<Stored<E>>;
  /** The latest version of a campaign; 0 of one that does not exist. */
  version(campaign: string): Promise<number>;
  /** All campaigns with at least one event, by name. */
  campaigns(): Promise<readonly { readonly campaign: string; readonly version: number }[]>;
  /** Waits for writes in hand, then gives everything back. Once closed, everything else throws STORE_CLOSED. */
  close(): Promise<void>;
}

/**
 * What changes a campaign's events, made from all of them: gives each as it shall be from now on, under the same id; the very same one where it stays.
 */
export type ChangeOf<E extends Entry> = (all: readonly Stored<E>[]) => (event: E, version: number) => E;

/** The logs of campaigns: events are added at the end, and not changed, unless somebody has to be forgotten. */
export interface Store<E extends Entry> extends StoreReader<E> {
  /**
   * Adds events to a campaign, all or none; resolves when they would survive a power cut. With `after`, only where that is still the campaign's
   * latest version. Whoever got no answer asks again with the same events. Throws STORE_ENTRY, STORE_ID (an id that another event has), STORE_FAILED.
   */
  append(campaign: string, events: readonly E[], options?: { readonly after?: number }): Promise<Appended>;
  /**
   * Changes events of a campaign in their places, all or none, and gives how many. When it resolves, nothing of what stood there is left in the files of the
   * store (of a database: in its tables; its own logs and copies are not ours). Cut off before, it is finished when the store is opened again.
   * Throws STORE_ENTRY for a change of id, STORE_READ where a reader holds on to the old pages, STORE_FAILED.
   */
  rewrite(campaign: string, change: ChangeOf<E>): Promise<number>;
}

/** An event from JSON as it was stored; throws where it is none. `at` names it in errors. */
export type EventOf<E extends Entry> = (value: unknown, at: string) => E;

/** A write as databases see it. */
export interface Append {
  readonly campaign: string;
  readonly rows: readonly Row[];
  readonly after: number | undefined;
}

/** An event as databases see it. */
export interface Row {
  readonly id: string;
  readonly body: string;
}

const LONGEST_NAME = 200; // characters
const LARGEST_BODY = 4e6; // characters of JSON: a written explanation has a few thousand

/** Events as rows. Throws STORE_ENTRY. */
export function appendOf(campaign: string, events: readonly Entry[], after: number | undefined): Append {
  checkName('campaign', campaign);
  if (events.length === 0) throw refused(campaign, 'at least one event', 'none');
  const rows = events.map((event) => {
    checkName('id', event.id);
    const body = JSON.stringify(event);
    if (body.length > LARGEST_BODY)
      throw refused(`${campaign}, event ${event.id}`, `at most ${LARGEST_BODY} characters of JSON`, `${body.length}`);
    return { id: event.id, body };
  });
  const twice = rows.find(({ id }, i) => rows.findIndex((row) => row.id === id) !== i);
  if (twice !== undefined) throw refused(campaign, 'each event under an id of its own', `"${twice.id}" twice`);
  return { campaign, rows, after };
}

/** Throws STORE_ENTRY unless the name of a campaign, or the id of an event, can be kept by any database. */
export function checkName(what: string, name: unknown): void {
  // Neither database may see a character 0 or half a character: one cuts the text there, the other refuses it.
  if (typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME && !/[\p{Cc}\p{Cs}]/u.test(name)) return;
  throw refused(what, `a text of 1 to ${LONGEST_NAME} characters, without control characters`, String(JSON.stringify(name)).slice(0, 80));
}

/**
 * What shall become of a write, given what the database holds: the campaign's latest version, and those of the write's ids that are taken.
 * Undefined stands for "write it". The ids come first: an answer that got lost has left `after` behind.
 */
export function verdict(
  { campaign, rows, after }: Append,
  version: number,
  taken: readonly { readonly id: string; readonly version: number; readonly body: string }[],
): Appended | FameError | undefined {
  const bodies = new Map(rows.map(({ id, body }) => [id, body]));
  const other = taken.find(({ id, body }) => !sameBut(body, bodies.get(id)!));
  if (other !== undefined || (taken.length > 0 && taken.length < rows.length)) {
    const { id, version: place } = other ?? taken[0]!;
    return new FameError('STORE_ID', 'The id of an event is taken by another one', {
      at: `${campaign}, event ${id}`,
      expected: 'for each write an id of its own; for the same write, sent again, the same events',
      got: other === undefined ? `${taken.length} of ${rows.length} events are there already` : `another event, of version ${place}`,
      fix: 'make a new id where the write is a new one',
    });
  }
  if (taken.length > 0) return { kind: 'repeated', version: Math.max(...taken.map((row) => row.version)) };
  return after === undefined || after === version ? undefined : { kind: 'conflict', version };
}

/** A row as an event. Throws STORE_DAMAGED, and what the check throws. */
export function storedOf<E extends Entry>(version: number, body: string, at: string, eventOf: EventOf<E>): Stored<E> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new FameError(
      'STORE_DAMAGED',
      'An event in the store cannot be read',
      { at, expected: 'JSON', got: body.slice(0, 60), fix: 'restore a backup' },
      { cause },
    );
  }
  return { version, event: eventOf(value, at) };
}

/** The rows of a campaign that read otherwise from now on. Throws STORE_ENTRY, and as `storedOf` does. */
export function changedRows<E extends Entry>(
  rows: readonly { readonly version: number; readonly body: string }[],
  change: ChangeOf<E>,
  { campaign, eventOf }: { readonly campaign: string; readonly eventOf: EventOf<E> },
): { readonly version: number; readonly body: string }[] {
  const all = rows.map(({ version, body }) => storedOf(version, body, `${campaign} ${version}`, eventOf));
  const changeOne = change(all);
  return all.flatMap(({ version, event }) => {
    const changed = changeOne(event, version);
    if (changed === event) return [];
    if (changed.id !== event.id) throw refused(`${campaign}, event ${event.id}`, 'the same id', changed.id);
    return [{ version, body: appendOf(campaign, [changed], undefined).rows[0]!.body }];
  });
}

/** Whether two events say the same. Their times are left out: whoever sends a write again does so later. */
function sameBut(one: string, two: string): boolean {
  const told = (body: string): string => {
    const value: unknown = JSON.parse(body);
    return canonical(isRecord(value) ? { ...value, at: undefined } : value);
  };
  return one === two || told(one) === told(two);
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );

function refused(at: string, expected: string, got: string): FameError {
  return new FameError('STORE_ENTRY', 'An event cannot be stored', { at, expected, got, fix: 'correct what is written' });
}
