/** What a person needs besides the sentence: the place, the rule, what came instead, and the next step. Also what `--json` and the API return. */
export interface Detail {
  readonly at?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix?: string;
}

/** Who has to act: `user` errors end the command with exit code 2, `us` with 1, `stopped` with 130. */
export type Blame = 'user' | 'us' | 'stopped';

/**
 * Base of every error thrown on purpose. Anything else that reaches the top is our bug and says so.
 * `code` is stable, greppable and documented in docs/errors.md (a test keeps the two lists equal).
 */
export class FameError extends Error {
  readonly code: string;
  readonly detail: Detail;
  readonly blame: Blame;

  constructor(code: string, what: string, detail: Detail = {}, options: ErrorOptions & { blame?: Blame } = {}) {
    const lines = (['at', 'expected', 'got', 'fix'] as const).flatMap((k) => (detail[k] ? [`  ${k.padEnd(9)}${detail[k]}`] : []));
    super([`${what} [${code}]`, ...lines].join('\n'), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.detail = detail;
    this.blame = options.blame ?? 'user';
  }
}

/** A network was put together wrongly: shapes, types, or a gradient that does not exist. */
export class GraphError extends FameError {}
/** ONNX Runtime refused or failed, a provider is missing, or a session was used after `dispose()`. */
export class SessionError extends FameError {}
/** A weight file or a weight in it is missing, damaged, hostile or of the wrong shape. */
export class WeightError extends FameError {}
/** A model directory or its configuration cannot be used, or the input does not fit the model. */
export class ModelError extends FameError {}
/** A video or sound file is missing, damaged, hostile or over a limit, or its decoder failed. */
export class MediaError extends FameError {}
/** The command line was used wrongly. */
export class UsageError extends FameError {}
/** The user (Ctrl-C) or an AbortSignal stopped the work. */
export class StoppedError extends FameError {
  constructor(what = 'Stopped', detail: Detail = {}) {
    super('STOPPED', what, detail, { blame: 'stopped' });
  }
}
