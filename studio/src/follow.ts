/** Following a job of the server as it tells of itself. */
import type { JobState, Stage } from '../../src/server/jobs.ts';
import { OWN_HEADER, type Problem, ProblemError, problemIn } from './api.ts';

interface Following {
  readonly signal: AbortSignal;
  readonly onStage?: (stage: Stage) => void;
  readonly onToken?: (text: string) => void;
}

/** The job was stopped. */
export class Stopped extends Error {}

/**
 * → what the job gave. The browser takes up a stream that breaks by itself, and the server goes on after the last event. Throws ProblemError where the job
 * failed, Stopped where it was stopped, and the reason of `signal`; then the job goes on, for whoever stops it.
 */
export function follow(job: string, { signal, onStage, onToken }: Following): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stream = new EventSource(`${job}/events`);
    const over = (end: () => void) => {
      stream.close();
      signal.removeEventListener('abort', aborted);
      end();
    };
    const aborted = () => over(() => reject(signal.reason));
    const hear = (event: string, heard: (data: never) => void) =>
      stream.addEventListener(event, (message) => heard(JSON.parse((message as MessageEvent<string>).data) as never));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted);
    hear('stage', (stage: Stage) => onStage?.(stage));
    hear('token', ({ text }: { readonly text: string }) => onToken?.(text));
    hear('done', (result: unknown) => over(() => resolve(result)));
    hear('failed', (problem: Problem) => over(() => reject(new ProblemError(problem))));
    hear('stopped', () => over(() => reject(new Stopped('The job was stopped'))));
    stream.addEventListener('error', () => {
      if (stream.readyState !== EventSource.CLOSED) return; // it tries again by itself
      // refused for good: the plain address says why
      stateOf(job).then(
        (state) =>
          over(() => {
            if (state.state === 'done') resolve(state.result);
            else reject(state.problem === undefined ? new Stopped('The job was stopped') : new ProblemError(state.problem));
          }),
        (error) => over(() => reject(error)),
      );
    });
  });
}

/** How far a job is. Throws ProblemError. */
export async function stateOf(job: string): Promise<JobState> {
  const response = await fetch(job, { headers: OWN_HEADER });
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return (await response.json()) as JobState;
}
