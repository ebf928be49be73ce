import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread from its file: `….ts` in the source, `….js` in the published package. `data` is its `workerData`; what it holds in shared memory is not copied.
 * From source a thread first needs the TypeScript loader, which threads do not inherit. The loader's `require` does without a thread of its own: two threads
 * that start one each may wait for each other for ever (Node 20.20).
 */
export function startThread(module: URL, data: unknown): Worker {
  if (!module.pathname.endsWith('.ts')) return new Worker(module, { workerData: data });
  const loader = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const code = `require(${JSON.stringify(loader)}).register(); require(${JSON.stringify(fileURLToPath(module))});`;
  return new Worker(code, { eval: true, execArgv: [], workerData: data });
}
