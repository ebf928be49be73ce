import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtStudio } from '../../src/cli/studio-build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds: a second of work each, on a machine that may have more to do. */
const PATIENCE = 300_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-studio-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('famenet studio serves its page and its API from one address, and ends when it is asked to', { timeout: PATIENCE }, async () => {
  await builtStudio();
  const words = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'studio', '--port', '0', '--data', join(folder, 'data')];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await expect.poll(() => /at (http:\S+?)[,.]? /.exec(said)?.[1], { timeout: PATIENCE / 2 }).toBeDefined();
  const address = /at (http:\S+?)[,.]? /.exec(said)![1]!.replace(/,$/, '');
  const page = await fetch(`${address}/`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  // nothing in the page that the policy would refuse, and every part that it names is there
  expect(html).not.toMatch(/<style|\son\w+=|<script(?![^>]*\bsrc=)/);
  const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
  expect(parts.length).toBeGreaterThan(2);
  for (const part of parts) expect((await fetch(`${address}${part}`)).status, part).toBe(200);
  expect(await (await fetch(`${address}/health`)).json()).toEqual({ ok: true, mode: 'local' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test('pages are built where their sources have changed, once for all who ask, and are whole whoever is stopped', {
  timeout: PATIENCE,
}, async () => {
  const root = join(folder, 'checkout');
  for (const place of ['studio/src', 'studio/public', 'src/base', 'src/protocol']) await mkdir(join(root, place), { recursive: true });
  for (const name of ['vite.config.ts', 'package.json', 'tsconfig.json']) await cp(join(ROOT, 'studio', name), join(root, 'studio', name));
  await cp(join(ROOT, 'tsconfig.json'), join(root, 'tsconfig.json'));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  await writeFile(join(root, 'studio/index.html'), '<!doctype html><script type="module" src="/src/main.ts"></script>');
  await writeFile(join(root, 'studio/src/main.ts'), 'document.title = "first";');
  let builds = 0;
  const build = (signal?: AbortSignal) => builtStudio({ root, signal, onBuild: () => builds++ });
  const code = async (dist: string) => {
    const [script] = (await readdir(join(dist, 'assets'))).filter((name) => name.endsWith('.js'));
    return readFile(join(dist, 'assets', script!), 'utf8');
  };
  const [dist] = await Promise.all([build(), build()]);
  expect(await code(dist)).toContain('first');
  builds = 0;
  await build();
  expect(builds).toBe(0);
  await writeFile(join(root, 'studio/src/main.ts'), 'document.title = "second";');
  const stop = new AbortController();
  const stopped = build(stop.signal);
  setTimeout(() => stop.abort(new Error('stopped')), 50);
  await expect(stopped).rejects.toThrow();
  expect(await code(dist)).toContain('first'); // what was there is there
  expect(await code(await build())).toContain('second');
  expect((await readdir(join(root, 'studio'))).filter((name) => name.startsWith('.dist'))).toEqual([]);
  await writeFile(join(root, 'studio/src/main.ts'), 'this is no program');
  await expect(build()).rejects.toMatchObject({ code: 'STUDIO_BUILD' });
});
