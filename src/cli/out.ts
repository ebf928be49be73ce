import { FameError } from '../base/errors.ts';
import { showBytes, showSeconds } from '../base/units.ts';

/** The part of a stream that output needs: `process.stdout`, or an array in a test. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How far a piece of work is. `total` may be unknown; unit `bytes` is shown as kB, MB, GB. */
export interface Progress {
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit: string;
  readonly label: string;
}

/** Where a command writes. With `--json`, stdout carries the one document given to `done()` and all else goes to stderr. */
export interface Out {
  readonly json: boolean;
  /** All that `text()` was given so far. */
  readonly collected: string;
  /** A piece of streamed text, without a line end of its own. */
  text(piece: string): void;
  /** One line of the result. */
  line(line?: string): void;
  /** Rows with the same columns; numbers stand to the right. An empty table prints nothing. */
  table(rows: readonly Readonly<Record<string, string | number | undefined>>[]): void;
  /** Call as often as you like: a terminal sees a bar, anything else a line every 10 s; the last state always appears. */
  progress(state: Progress): void;
  /** A remark for people, never part of the result. */
  note(remark: string): void;
  /** The result as data; once, at the end. Without `--json` it only ends an open line of text. */
  done(document: unknown): void;
  /** A help page: text on stdout, or a document `{help}`. */
  help(page: string): void;
  /** The error for people on stderr and, with `--json`, for programs on stdout. */
  error(error: FameError): void;
  /** Takes the bar away and prints what progress still owes. Main calls it when the command is over. */
  close(): void;
}

export interface OutOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly json?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; passed in so that tests need not wait. */
  readonly now?: () => number;
}

/** An error as `--json` gives it. */
export function errorDocument(error: FameError): { error: Record<string, string | undefined> } {
  const mark = error.message.indexOf(` [${error.code}]`);
  const what = mark < 0 ? error.message : error.message.slice(0, mark);
  return {
    error: { code: error.code, what, at: error.detail.at, expected: error.detail.expected, got: error.detail.got, fix: error.detail.fix },
  };
}

/** Makes the output of one run of one command. */
export function createOut({ stdout, stderr, json = false, env = {}, now = Date.now }: OutOptions): Out {
  const main = json ? stderr : stdout;
  const colour = stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const meter = createMeter(stderr, { bar: stderr.isTTY === true && env.TERM !== 'dumb', now });
  let collected = '';
  let openLine = false; // text() left the cursor in the middle of a line
  let finished = false;

  const write = (sink: Sink, piece: string) => {
    meter.hide();
    sink.write(piece);
  };
  const endLine = () => {
    if (openLine) write(main, '\n');
    openLine = false;
  };
  const document = (value: unknown) => {
    if (finished)
      throw new FameError('CLI_TWO_RESULTS', 'The command gave two results', { expected: 'one call of out.done()' }, { blame: 'us' });
    finished = true;
    write(stdout, `${JSON.stringify(value, null, 2)}\n`);
  };

  return {
    json,
    get collected() {
      return collected;
    },
    text(piece) {
      if (piece === '') return;
      collected += piece;
      write(main, piece);
      openLine = !piece.endsWith('\n');
    },
    line(line = '') {
      endLine();
      write(main, `${line}\n`);
    },
    table(rows) {
      endLine();
      if (rows.length > 0) write(main, tableText(rows));
    },
    progress: (state) => meter.show(state),
    note(remark) {
      if (openLine && main.isTTY) endLine();
      write(stderr, `${remark}\n`);
    },
    done(value) {
      endLine();
      meter.close();
      if (json) document(value ?? null);
    },
    help(page) {
      if (json) document({ help: page });
      else write(stdout, page);
    },
    error(error) {
      endLine();
      meter.close();
      const head = colour ? `\u001b[31m${error.name}\u001b[39m` : error.name;
      const stopped = error.blame === 'stopped'; // what they asked for is no error to them
      write(stderr, stopped ? `${error.message.replace(` [${error.code}]`, '.')}\n` : `${head}: ${error.message}\n`);
      if (json && !finished) document(errorDocument(error));
    },
    close() {
      endLine();
      meter.close();
      if (json && !finished)
        throw new FameError('CLI_NO_RESULT', 'The command ended without a result', { expected: 'one call of out.done()' }, { blame: 'us' });
    },
  };
}

function tableText(rows: readonly Readonly<Record<string, string | number | undefined>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => String(row[name] ?? '')));
  const right = names.map((name) => rows.every((row) => row[name] === undefined || typeof row[name] === 'number'));
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const lines = [names, ...cells].map((row) =>
    row
      .map((cell, i) => (right[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

const BAR_EVERY = 100; // ms: a bar that moves ten times a second looks alive and costs nothing
const LINE_EVERY = 10_000; // ms: a log file stays readable

/** Shows progress on one sink. `hide` makes room for other text; `close` prints the last state if it has not been seen. */
function createMeter(
  sink: Sink,
  { bar, now }: { bar: boolean; now: () => number },
): { show(state: Progress): void; hide(): void; close(): void } {
  let state: Progress | undefined;
  let since = 0;
  let shownAt = 0;
  let owed = false;
  let visible = false;

  const hide = () => {
    if (visible) sink.write('\r\u001b[2K');
    visible = false;
  };
  const print = (last: boolean) => {
    if (!state) return;
    const line = progressLine(state, (now() - since) / 1000);
    hide();
    // A finished bar stays on the screen as a line.
    sink.write(bar && !last ? line.slice(0, (sink.columns ?? 80) - 1) : `${line}\n`);
    visible = bar && !last;
    shownAt = now();
    owed = bar && !last;
  };
  const close = () => {
    if (owed) print(true);
    hide();
    state = undefined;
  };
  return {
    hide,
    close,
    show(next) {
      if (state?.label !== next.label) {
        close();
        since = shownAt = now();
      }
      const first = state === undefined;
      state = next;
      owed = true;
      const whole = next.total !== undefined && next.done >= next.total;
      if (whole) close();
      else if (bar ? first || now() - shownAt >= BAR_EVERY : now() - shownAt >= LINE_EVERY) print(false);
    },
  };
}

function progressLine({ done, total, unit, label }: Progress, seconds: number): string {
  const show = (n: number) => (unit === 'bytes' ? showBytes(n) : `${Math.round(n * 10) / 10}`);
  const amount = total === undefined ? show(done) : `${show(done)} of ${show(total)}`;
  const percent = total === undefined || total <= 0 ? '' : ` ${`${Math.floor((100 * done) / total)}`.padStart(3)} %`;
  const speed = seconds >= 1 && done > 0 ? done / seconds : 0;
  const left = speed > 0 && total !== undefined && done < total ? `, ${showSeconds((total - done) / speed)} left` : '';
  const rate = speed > 0 ? `, ${unit === 'bytes' ? showBytes(speed) : `${speed.toPrecision(3)} ${unit}`}/s${left}` : '';
  return `${label}${percent}  ${amount}${unit === 'bytes' ? '' : ` ${unit}`}${rate}`;
}
