import { FameError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import type { Entry, EventOf, Store, StoreReader } from './store.ts';

const HEAD = { famenet: 'annotation events', format: 1 } as const;
const BATCH = 200; // events in one write

/**
 * All that a store holds, or some of its campaigns, as lines of JSON (without line breaks): a head, then one event a line with its campaign and version.
 * Each campaign ends where it ended when it was read. What it writes, `restore` reads, into a store of either kind.
 */
export async function* dump<E extends Entry>(store: StoreReader<E>, campaigns?: readonly string[]): AsyncGenerator<string> {
  yield JSON.stringify(HEAD);
  const names = campaigns ?? (await store.campaigns()).map(({ campaign }) => campaign);
  for (const campaign of names)
    for await (const { version, event } of store.read(campaign)) yield JSON.stringify({ campaign, version, event });
}

/**
 * Puts a dump into a store and gives the number of events. A restoration that was cut off goes on when it is done again. Lines that are empty are skipped.
 * Throws STORE_DUMP, STORE_NOT_EMPTY for a campaign that has gone another way, what `eventOf` throws, and as `append` does.
 */
export async function restore<E extends Entry>(
  store: Store<E>,
  lines: Iterable<string> | AsyncIterable<string>,
  { eventOf, at }: { readonly eventOf: EventOf<E>; readonly at: string },
): Promise<number> {
  let [number, restored] = [0, 0];
  let head = false;
  let batch: { readonly campaign: string; readonly after: number; readonly events: E[] } | undefined;
  const there = new Map<string, number>(); // versions of the campaigns before: a write is either there as a whole or not at all
  const put = async (): Promise<void> => {
    if (batch === undefined) return;
    const { campaign, after, events } = batch;
    const { version } = await store.append(campaign, events, { after });
    if (version !== after + events.length) throw notEmpty(campaign, after + events.length, version);
    restored += events.length;
    batch = undefined;
  };
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const where = `${at}:${number}`;
    const value = parsed(line, where);
    if (!head) {
      if (value.famenet !== HEAD.famenet || value.format !== HEAD.format) throw damaged(where, JSON.stringify(HEAD), line.slice(0, 80));
      head = true;
      continue;
    }
    const { campaign, version, event } = value;
    if (typeof campaign !== 'string' || !isRecord(event)) throw damaged(where, '{campaign, version, event}', line.slice(0, 80));
    const next = batch?.campaign === campaign ? batch.after + batch.events.length + 1 : undefined;
    if (typeof version !== 'number' || (next !== undefined && version !== next))
      throw damaged(where, `version ${next ?? 1} of ${campaign}`, `version ${String(version)}`);
    if (!there.has(campaign)) there.set(campaign, await store.version(campaign));
    if (next === undefined || version - 1 === there.get(campaign) || batch?.events.length === BATCH) await put();
    batch ??= { campaign, after: version - 1, events: [] };
    batch.events.push(eventOf(event, where));
  }
  if (!head) throw damaged(at, JSON.stringify(HEAD), 'an empty file');
  await put();
  return restored;
}

function parsed(line: string, at: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // a line that was cut off, above all
  }
  if (isRecord(value)) return value;
  throw damaged(at, 'a JSON object', line.slice(-80));
}

const damaged = (at: string, expected: string, got: string): FameError =>
  new FameError('STORE_DUMP', 'A dump of annotations cannot be understood', { at, expected, got, fix: 'make the dump again' });

function notEmpty(campaign: string, after: number, version: number): FameError {
  return new FameError('STORE_NOT_EMPTY', 'The campaign is there already, and has gone another way', {
    at: campaign,
    expected: `version ${after}`,
    got: `version ${version}`,
    fix: 'restore into another store',
  });
}
