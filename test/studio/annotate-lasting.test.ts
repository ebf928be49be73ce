/** Nothing is lost: not with the server, not with the network, not with the page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtStudio } from '../../src/cli/studio-build.ts';
import { itemAt, OPEN, shared } from './annotate-campaign.ts';
import { axe, hasBrowser, NO_BROWSER, newBrowser, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TWICE = { timeout: PATIENCE / 2 };
const named = (why = '') => `${why}${hasBrowser() ? '' : ` (${NO_BROWSER})`}`;

async function write(page: Page, cause: string): Promise<void> {
  await page.getByLabel('Cause').pressSequentially(cause);
  await page.getByLabel('Reasoning').fill('Turn 0 says so.');
  await page.getByRole('button', { name: 'Turn 0 is evidence' }).click();
}

describe.skipIf(!hasBrowser())(named('a network that goes and comes'), { timeout: 2 * PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({ mode: 'team', people: { olga: ['owner'], ann: ['annotator'] }, scorer: shared });
    await it.ask('olga', 'POST', '/campaigns/words', OPEN);
    await it.ask('olga', 'POST', '/campaigns/words/commands', {
      type: 'add-items',
      items: [itemAt('first', 1, undefined), itemAt('second', 1, undefined)],
    });
    await it.ask('olga', 'POST', '/campaigns/words/commands', { type: 'invite', person: 'ann', name: 'Ann', roles: ['annotator'] });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  test('what is sent meanwhile waits, says so, and goes out once', async () => {
    const page = await it.page('ann', '/annotate');
    await page.getByText('Your draft', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await write(page, 'She was surprised because the door had been open all along.');
    await page.getByText('Saved here').waitFor();
    await page.getByRole('button', { name: 'Send draft' }).click();
    await page.getByText('It waits for the server, and is kept here').waitFor();
    await page.getByRole('button', { name: /waiting for the server/ }).click();
    await page.getByRole('dialog').getByText('Draft of first').waitFor();
    await axe(page);
    await shot(page, 'annotate-offline');
    await page.keyboard.press('Escape');
    await page.context().setOffline(false);
    const events = async () => [...(await it.server.campaign('words')).state.events.values()];
    await expect.poll(async () => (await events()).filter(({ type }) => type === 'drafted').length, TWICE).toBe(1);
    await expect.poll(() => page.getByRole('button', { name: /waiting for the server/ }).count(), TWICE).toBe(0);
    await wait(3000); // a second one would come by now
    expect((await events()).filter(({ type }) => type === 'drafted' || type === 'taken').map(({ type, by }) => [type, by])).toEqual([
      ['taken', 'ann'],
      ['drafted', 'ann'],
    ]);
    await expect.poll(() => page.getByLabel('Cause').inputValue(), TWICE).toBe(''); // the next item
  });
});

describe.skipIf(!hasBrowser())(named('a server that is killed'), { timeout: 4 * PATIENCE }, () => {
  let data: string;
  let child: ChildProcess | undefined;
  let port: number;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'famenet-killed-'));
    port = await freePort();
    await builtStudio(); // so that each start is only that
    await start();
  }, 2 * PATIENCE);
  afterAll(async () => {
    await kill();
    await rm(data, { recursive: true, force: true });
  }, PATIENCE);

  async function start(): Promise<void> {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    child = spawn(process.execPath, ['--import', 'tsx', main, 'studio', '--data', data, '--port', `${port}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr!.on('data', (chunk) => {
      told += chunk;
    });
    const until = Date.now() + PATIENCE;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > until || child.exitCode !== null) throw new Error(`the server does not answer (${child.exitCode}): ${told}`);
      await wait(200);
    }
  }
  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(child.pid!, 'SIGKILL');
    await ended;
    child = undefined;
  }
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'x-famenet': '1', 'idempotency-key': crypto.randomUUID(), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }

  test('in the middle of a draft, and again before it is sent: every word is there, and the draft counts once', async () => {
    await ask('POST', '/campaigns/words', OPEN);
    await ask('POST', '/campaigns/words/commands', { type: 'add-items', items: [itemAt('first', 1, undefined)] });
    await ask('POST', '/campaigns/words/commands', { type: 'invite', person: 'local', name: 'You', roles: ['lead', 'annotator'] });
    const browser = await newBrowser();
    try {
      const context = await browser.newContext({ baseURL: `http://127.0.0.1:${port}`, viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(PATIENCE / 2);
      let page = await context.newPage();
      await page.goto('/annotate/words');
      await page.getByText('Your draft', { exact: true }).waitFor();
      await page.getByLabel('Cause').pressSequentially('She was surprised because ');
      await kill();
      await page.getByLabel('Cause').pressSequentially('the door had been open.');
      await page.close(); // and the tab with it
      await start();

      page = await context.newPage();
      await page.goto('/annotate/words');
      await page.getByText('Your draft', { exact: true }).waitFor();
      await expect.poll(() => page.getByLabel('Cause').inputValue(), TWICE).toBe('She was surprised because the door had been open.');
      await kill();
      await page.getByLabel('Reasoning').fill('Turn 0 says so.');
      await page.getByRole('button', { name: 'Turn 0 is evidence' }).click();
      await page.getByRole('button', { name: 'Send draft' }).click();
      await page.getByText('It waits for the server, and is kept here').waitFor();
      await page.close();
      await start();

      page = await context.newPage();
      await page.goto('/annotate/words/items/first'); // whatever page is opened, what waits goes out
      const own = async () => (await ask<{ own?: { cause: string; evidence: object } }>('GET', '/campaigns/words/items/first')).own;
      await expect.poll(own, TWICE).toMatchObject({
        cause: 'She was surprised because the door had been open.',
        reasoning: 'Turn 0 says so.',
        evidence: { text: [{ turn: 0 }] },
      });
      const { people } = await ask<{ people: { person: string; drafts: number }[] }>('GET', '/campaigns/words/progress');
      expect(people).toMatchObject([{ person: 'local', drafts: 1 }]);
    } finally {
      await browser.close();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
