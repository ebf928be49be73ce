import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPages, type Pages } from '../../src/server/index.ts';

const HOST = '127.0.0.1:4777';
let folder: string;
let pages: Pages;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-pages-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'dist/index.html'), '<!doctype html><title>studio</title>');
  await writeFile(join(folder, 'dist/assets/main-abc.js'), 'console.log(1)');
  await writeFile(join(folder, 'dist/sources.sha256'), 'no part of the page');
  await writeFile(join(folder, 'secret'), 'x');
  pages = await openPages(join(folder, 'dist'), () => [HOST]);
});
afterAll(() => rm(folder, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  pages(new Request(`http://${HOST}${path}`, { method, headers }));

test('the page comes under the addresses of the views, and under no other', async () => {
  for (const path of ['/', '/explain', '/annotate/c/item-1', '/rate', '/data/sets/1', '/join'])
    expect(await get(path)?.text(), path).toContain('studio');
  for (const path of ['/index.html', '/projects', '/health', '/explainer', '/files', '/sources.sha256', '/nowhere'])
    expect(get(path), path).toBeUndefined();
});

test('no path leads out of the folder, whatever it is written like', () => {
  for (const path of [
    '/../secret',
    '/assets/../../secret',
    '/assets/%2e%2e/%2e%2e/secret',
    '/assets/..%2f..%2fsecret',
    '//etc/passwd',
    '/assets/',
  ])
    expect(get(path), path).toBeUndefined();
});

test('only reading, and only under a name of ours', async () => {
  expect(get('/', {}, 'POST')).toBeUndefined();
  expect(get('/', { host: 'evil.example' })).toBeUndefined();
  expect(await get('/', {}, 'HEAD')?.text()).toBe('');
});

describe('headers', () => {
  test('nothing but own files may run or be asked for, and nobody may frame the page', () => {
    const policy = get('/')!.headers.get('content-security-policy')!;
    expect(policy.split('; ').sort()).toEqual(
      [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "script-src 'self'",
        "style-src 'self'",
      ].sort(),
    );
  });
  test('parts with a digest in their names are kept, the page is asked for again', async () => {
    const part = get('/assets/main-abc.js', { 'accept-encoding': 'gzip, br' })!;
    expect(part.headers.get('cache-control')).toContain('immutable');
    expect(gunzipSync(Buffer.from(await part.arrayBuffer())).toString()).toBe('console.log(1)');
    const page = get('/')!;
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(get('/data', { 'if-none-match': page.headers.get('etag')! })!.status).toBe(304);
  });
});

test('a folder without a page is told', async () => {
  await expect(openPages(join(folder, 'none'), () => [])).rejects.toMatchObject({ code: 'STUDIO_MISSING' });
});
