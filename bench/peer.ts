/** Runs another engine's script in a process of its own and reads its last line, one JSON document. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface PeerReport {
  // biome-ignore lint/suspicious/noExplicitAny: each peer prints figures of its own shape
  readonly figures: any;
  readonly versions: Readonly<Record<string, string>>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The Python of bench/peers/requirements.txt: $FAMENET_PYTHON, or .venv. */
export function python(): string | undefined {
  const path = process.env.FAMENET_PYTHON ?? here('../.venv/bin/python');
  return existsSync(path) ? path : undefined;
}

/** The report, or a sentence that says why there is none. */
export function peer(command: string | undefined, words: readonly string[]): Promise<PeerReport | string> {
  if (!command) return Promise.resolve('n/a (bench/peers is not installed, see bench/peers/README.md)');
  return new Promise((done) => {
    const child = spawn(command, words, { cwd: here('./peers'), stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, error] = ['', ''];
    child.stdout.on('data', (part) => (out += part));
    child.stderr.on('data', (part) => (error += part));
    child.on('error', (e) => done(`n/a (${e.message})`));
    child.on('close', (code) => done(code === 0 ? lastLine(out) : `n/a (peer ended with ${code}: ${error.trim().split('\n').at(-1)})`));
  });
}

function lastLine(out: string): PeerReport | string {
  const line = out.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? JSON.parse(line) : 'n/a (the peer printed no report)';
}

/** a / b where both are numbers, else why not. */
export function ratio(a: number | string, b: number | string): number | string {
  return typeof a === 'number' && typeof b === 'number' ? Number((a / b).toFixed(3)) : typeof a === 'string' ? a : b;
}
