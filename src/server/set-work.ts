/** Tasks that read a whole data set: each in a thread of its own, which ends with it. */
import { type Detail, FameError, StoppedError } from '../base/errors.ts';
import { startThread } from '../base/thread.ts';
import type { Change, PatchManifest } from '../data/doctor/index.ts';
import type { DataSet } from '../data/exchange/index.ts';
import type { MeldPart } from '../data/index.ts';
import type { Section, SetStats } from '../data/stats/index.ts';
import type { Item, Modality, TextPair } from '../protocol/index.ts';
import type { FoundFinding } from './findings.ts';

/** A file of the server's, and what people call it. */
export interface SetFile {
  readonly path: string;
  readonly name: string;
}

/** What is asked of a thread. */
export interface Asked {
  readonly task: keyof Results;
  readonly file: SetFile;
  readonly meld?: Readonly<Partial<Record<MeldPart, SetFile>>> | undefined;
  readonly changes?: readonly Change[];
  readonly is?: string | undefined;
  readonly modalities?: readonly Modality[] | undefined;
  readonly name?: string;
  /** In place of the file: what a campaign has published. */
  readonly set?: DataSet;
}

/** What a file is: of the doctor's kinds, another set that can be read, or texts of two people about the same things. */
export type SetKind = 'ecem' | 'meld' | 'ecf' | 'set' | 'pairs';

/** What each task gives. */
export interface Results {
  look: { readonly sha256: string; readonly kind: SetKind; readonly entries: number; readonly pairs: number };
  doctor: DoctorReport;
  patch: PatchManifest;
  statistics: StatisticsReport;
  items: readonly Item[];
  pairs: readonly TextPair[];
  /** In how many places it has somebody's name. */
  name: number;
}

/** What the doctor found in a data set. */
export interface DoctorReport {
  readonly kind: string;
  /** Whether there were tables of MELD to compare it with. */
  readonly compared: boolean;
  readonly findings: readonly FoundFinding[];
  /** All repairs, as the doctor would make them. */
  readonly changes: readonly Change[];
}

/** What can be counted of a data set. */
export interface StatisticsReport {
  readonly sets: readonly SetStats[];
  readonly sections: readonly (Omit<Section, 'drawing'> & { readonly chart?: string })[];
  /** SVG by name. */
  readonly charts: Readonly<Record<string, string>>;
}

/** What a thread says. */
export type Told =
  | { readonly is: 'stage'; readonly stage: string }
  | { readonly is: 'done'; readonly result: unknown }
  | { readonly is: 'failed'; readonly code: string; readonly what: string; readonly detail: Detail };

/** The thread's file: `….ts` in the source, `….js` in the published package. */
const THREAD = new URL(import.meta.url.replace(/set-work(\.[jt]s)$/, 'set-thread$1'));

/** Does a task. Throws what the readers of data sets throw, SET_THREAD where the thread ends early, StoppedError by `signal`. */
export async function inThread<T extends keyof Results>(
  asked: Asked & { readonly task: T },
  { told = () => {}, signal }: { readonly told?: (stage: string) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<Results[T]> {
  if (signal?.aborted) throw new StoppedError();
  const thread = startThread(THREAD, asked);
  let stop = () => {};
  try {
    return await new Promise<Results[T]>((resolve, reject) => {
      const failed = (got: string, cause?: unknown) =>
        reject(
          new FameError('SET_THREAD', 'The thread that read the data set failed', { at: asked.file.name, got }, { cause, blame: 'us' }),
        );
      stop = () => reject(new StoppedError());
      signal?.addEventListener('abort', stop, { once: true });
      thread.on('message', (message: Told) => {
        if (message.is === 'stage') told(message.stage);
        else if (message.is === 'done') resolve(message.result as Results[T]);
        else reject(failure(message));
      });
      thread.on('error', (error) => failed(error instanceof Error ? error.message : String(error), error));
      thread.on('exit', (code) => failed(`it ended early, with ${code}`)); // too late to matter where it has answered
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

/** What the thread found wrong, as its reader threw it. */
const failure = ({ code, what, detail }: Told & { readonly is: 'failed' }): FameError => new FameError(code, what, detail);
