import { type Detail, FameError } from '../base/errors.ts';

/** Why an event or a command is not accepted: a value, because nothing broke. The same facts as an error. */
export interface Refusal extends Detail {
  /** Stable; docs/errors.md explains it. */
  readonly code: string;
  readonly what: string;
}

/** How rules answer when they refuse. */
export interface Refused {
  readonly refused: Refusal;
}

/** A refusal as rules return it. */
export function refuse(code: string, what: string, detail: Detail = {}): Refused {
  return { refused: { code, what, ...detail } };
}

/** The refusal as an error, for callers at whom nobody looks twice (a command line). */
export function refusalError({ code, what, ...detail }: Refusal): FameError {
  return new FameError(code, what, detail);
}
