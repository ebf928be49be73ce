/** What the training stages of FAME-mini share: they save their state where they are stopped, say how they go, and keep to the threads that they are given. */
import type { EngineOptions } from '../../src/graph/index.ts';

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopped.abort(new Error('stopped; the state is saved')));

/** Aborts when the stage is told to end. */
export const signal: AbortSignal = stopped.signal;

const began = performance.now();
/** Since the stage began. */
export const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;

/** Prints an event of a run: of its steps every twentieth. */
export function told(event: { readonly type: string; readonly step?: number }): void {
  if (event.type !== 'step' || (event.step ?? 0) % 20 === 0) console.log(`${seconds()} ${JSON.stringify(event)}`);
}

/** As many threads as FAMENET_THREADS says; the engine's choice where it is not set. */
export const engine: Pick<EngineOptions, 'threads'> = process.env.FAMENET_THREADS ? { threads: Number(process.env.FAMENET_THREADS) } : {};
