import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { famenet } from '../support/main.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-serve-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A server as people start it; resolves when it says where it is. */
async function started(...words: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'serve', '--port', '0', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8');
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (text: string) => {
      said += text;
      const found = /at (http:\S+?)[,.]? /.exec(said);
      if (found) resolve(found[1]!.replace(/[,.]$/, ''));
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return { child, address, said: () => said };
}

test('it serves, refuses a second server of the same folder, and ends when it is asked to', async () => {
  const data = join(folder, 'local');
  const { child, address, said } = await started('--data', data);
  const health = await fetch(`${address}/health`);
  expect(await health.json()).toEqual({ ok: true, mode: 'local' });
  const made = await fetch(`${address}/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-famenet': '1', 'idempotency-key': 'a-key-of-this-test' },
    body: JSON.stringify({ title: 'P', purpose: 'research' }),
  });
  expect(made.status).toBe(201);
  const second = await famenet(['serve', '--data', data, '--port', '0']);
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('[STORE_LOCKED]')]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect(said()).toMatch(/to this machine only\. Ctrl-C ends it\./);
  // What was answered is there.
  const again = await started('--data', data);
  expect(await (await fetch(`${again.address}/projects`)).json()).toMatchObject([{ title: 'P' }]);
  again.child.kill('SIGINT');
  await once(again.child, 'exit');
});

test('without accounts it listens to nobody else', async () => {
  const run = await famenet(['serve', '--data', join(folder, 'open'), '--host', '0.0.0.0', '--port', '0']);
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/\[SERVER_LOCAL\][\s\S]*add --team/)]);
});

test('a team begins with a word for its owner', async () => {
  const signals = new EventEmitter();
  const running = famenet(['serve', '--data', join(folder, 'team'), '--team', '--port', '0'], { signals });
  setTimeout(() => signals.emit('SIGTERM'), 3000);
  const { code, stderr } = await running;
  expect(code).toBe(130);
  expect(stderr).toMatch(/joins with this word, once, within a week: [\w-]{32}\n/);
});

test('famenet serve --help', async () => {
  const { code, stdout } = await famenet(['serve', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^famenet serve: Serve annotation[\s\S]*--team[\s\S]*--gate-model/);
});
