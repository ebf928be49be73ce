/** Rows of tokens of many lengths through one BERT graph. */
import { float32, input, int64, type Session, type Tensor, type Value } from '../graph/index.ts';
import { type BertConfig, type BertInput, bertPositions } from './bert.ts';

/** Tokens that pass through the network at once. */
const BATCH_TOKENS = 2048;

/** One input: its pieces and, for pairs of sentences, how many of the first stand in segment 0 (all where absent). */
export interface Row {
  readonly pieces: readonly number[];
  readonly first?: number;
}

/** How work is stopped, and how far it is: rows done of all. Fits `Work` of famenet/metrics. */
export interface Work {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** The inputs of the graph, which `bertFeeds` feeds. */
export function bertInputs(): BertInput {
  const whole = (key: string): Tensor => input(key, 'int64', ['B', 'T']);
  return { ids: whole('ids'), positions: whole('positions'), types: whole('types'), mask: input('mask', 'float32', ['B', 'T']) };
}

/** Positions of the rows, rows of like length together so that little is padded; empty rows in none. */
export function batches(rows: readonly Row[]): number[][] {
  const length = (i: number) => (rows[i] as Row).pieces.length;
  const order = rows.map((_, i) => i).filter((i) => length(i) > 0);
  order.sort((p, q) => length(q) - length(p)); // the longest first: it sets the batch's length
  const out: number[][] = [];
  let room = 0;
  for (const i of order) {
    if (room === 0) {
      out.push([]);
      room = Math.max(1, Math.floor(BATCH_TOKENS / length(i)));
    }
    out.at(-1)?.push(i);
    room--;
  }
  return out;
}

/** Rows side by side, padded at the end to the longest. → values [B,T] by input name */
export function bertFeeds(c: BertConfig, rows: readonly Row[]): Record<string, Value> {
  const T = Math.max(...rows.map((r) => r.pieces.length));
  const shape = [rows.length, T];
  const columns = [...Array(T).keys()];
  const each = (value: (row: Row, t: number) => number) => rows.flatMap((row) => columns.map((t) => value(row, t)));
  const mask = rows.map(({ pieces }) => columns.map((t) => (t < pieces.length ? 1 : 0)));
  const ints = (values: readonly number[]) => int64(shape, BigInt64Array.from(values, BigInt));
  return {
    ids: ints(each(({ pieces }, t) => pieces[t] ?? c.pad)),
    positions: ints(mask.flatMap((m) => bertPositions(c, m))),
    types: ints(each(({ pieces, first = T }, t) => (t >= first && t < pieces.length ? 1 : 0))),
    mask: float32(shape, Float32Array.from(mask.flat())),
  };
}

/**
 * Passes all rows through a session over `bertInputs`, and each batch's output `name` to `take` with the positions of its rows. Empty rows are left out.
 * @throws SessionError; StoppedError by the signal, after the batch in hand
 */
export async function runRows(
  session: Session,
  name: string,
  c: BertConfig,
  rows: readonly Row[],
  { signal, progress }: Work,
  take: (output: Value, batch: readonly number[]) => void,
): Promise<void> {
  let done = 0;
  for (const batch of batches(rows)) {
    const feeds = bertFeeds(
      c,
      batch.map((i) => rows[i] as Row),
    );
    const out = await session.run(feeds, { fetch: [name], ...(signal ? { signal } : {}) });
    take(out[name] as Value, batch);
    done += batch.length;
    progress?.(done, rows.length);
  }
}
