import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { random } from '../../src/base/random.ts';
import { type Entry, openStore } from '../../src/store/index.ts';
import { hasPostgres, NO_POSTGRES, startPostgres } from './server.ts';

/** How often a writer is killed: `FAMENET_KILLS=300 npx vitest run test/store/crash.test.ts` is the long run. */
const KILLS = Number(process.env.FAMENET_KILLS ?? 40);
const LIMIT = 120_000 + 10_000 * KILLS; // ms: a process starts slowly where the machine has more to do
const AHEAD = 3; // processes that are started before they are needed

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let script: string;

// As JavaScript: plain node starts in a third of the time that it takes with a loader.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'famenet-'));
  const config = join(folder, 'tsconfig.json');
  const options = { noEmit: false, allowImportingTsExtensions: false, noCheck: true, rootDir: root, outDir: folder };
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { ...options, typeRoots: [join(root, 'node_modules/@types')] },
      include: [],
      files: [join(root, 'test/store/writer.ts')],
    }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config]);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  script = join(folder, 'test/store/writer.js');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a writer says of an event: its number, and what became of it. */
const ANSWER = /^\d+ \w+$/;
interface Answer {
  readonly number: number;
  readonly kind: string;
}

/** Writers that have been started already, so that nobody waits for one. */
function prepared(): { next(): ChildProcess; end(): void } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const start = () => spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const waiting = Array.from({ length: AHEAD }, start);
  return {
    next() {
      waiting.push(start());
      return waiting.shift()!;
    },
    end() {
      for (const writer of waiting) writer.kill('SIGKILL');
    },
  };
}

/** Lets a process write until it is killed, `delay` ms after it has said `word` for the `nth` time, and gives what it answered before. */
async function killed(
  writer: ChildProcess,
  order: readonly (string | number)[],
  { word, nth, delay }: { readonly word: RegExp; readonly nth: number; readonly delay: number },
): Promise<Answer[]> {
  const lines: string[] = [];
  const reader = createInterface({ input: writer.stdout! });
  const said = new Promise<void>((resolve) =>
    reader.on('line', (line) => {
      lines.push(line);
      if (lines.filter((one) => word.test(one)).length >= nth) resolve();
    }),
  );
  const over = Promise.all([once(writer, 'exit'), once(reader, 'close')]); // what it wrote before its end is still in the pipe
  writer.stdin!.write(`${order.join(' ')}\n`);
  await Promise.race([said, over]);
  await setTimeout(delay);
  expect(writer.kill('SIGKILL')).toBe(true); // it had not ended by itself
  await over;
  return lines
    .filter((line) => ANSWER.test(line))
    .map((line) => line.split(' '))
    .map(([number, kind]) => ({ number: Number(number), kind: kind! }));
}

/** Kills writers one after the other; each goes on where the answers of the one before end, as a client would that got no answer. */
async function killMany(where: string, campaign: string, kills: number): Promise<{ written: number; repeated: number }> {
  const chance = random(6);
  const writers = prepared();
  const counts = { stored: 0, repeated: 0 };
  let first = 1;
  for (let kill = 0; kill < kills; kill++) {
    const width = 1 + chance.below(4);
    // One in eight while it opens the store; the others anywhere between a write and its answer, after some that went well.
    const point =
      chance.next() < 1 / 8
        ? { word: /^ready$/, nth: 1, delay: 20 * chance.next() }
        : { word: /^(open|\d+ \w+)$/, nth: 1 + chance.below(6), delay: 4 * chance.next() };
    const answers = await killed(writers.next(), [where, campaign, first, width], point);
    expect(answers.map(({ number }) => number)).toEqual(answers.map((_, i) => first + i));
    for (const { kind } of answers) {
      expect(['stored', 'repeated']).toContain(kind);
      counts[kind as 'stored' | 'repeated']++;
    }
    first += answers.length;
  }
  writers.end();
  const store = await openStore(where, { eventOf: (value) => value as Entry, wait: 5000 });
  const ids: string[] = [];
  for await (const { version, event } of store.read(campaign)) {
    expect(version).toBe(ids.length + 1);
    ids.push(event.id);
  }
  await store.close();
  // Nothing that was answered is lost; nothing is there twice; behind the last answer there may be what was on its way.
  expect(ids.slice(0, first - 1)).toEqual(Array.from({ length: first - 1 }, (_, i) => `e${i + 1}`));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeLessThan(first + 4);
  return { written: counts.stored, repeated: counts.repeated };
}

test(
  `a writer that is killed ${KILLS} times loses nothing that it answered, and what is sent again is there once`,
  async () => {
    const { written, repeated } = await killMany(join(folder, 'crash.db'), 'c', KILLS);
    console.log(`${KILLS} kills: ${written} events stored, ${repeated} had been stored before the kill but not answered`);
    expect(written + repeated).toBeGreaterThan(KILLS);
  },
  LIMIT,
);

test.skipIf(!hasPostgres())(
  `the same with PostgreSQL${hasPostgres() ? '' : ` (${NO_POSTGRES})`}`,
  async () => {
    const server = await startPostgres();
    try {
      const { written, repeated } = await killMany(server.url, `crash-${process.pid}-${Date.now()}`, Math.ceil(KILLS / 8));
      expect(written + repeated).toBeGreaterThan(KILLS / 8);
    } finally {
      await server.stop();
    }
  },
  LIMIT,
);
