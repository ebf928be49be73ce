/** The studio as people have it: the real server on a free port of this machine, the built pages, and a browser. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { builtStudio } from '../../src/cli/studio-build.ts';
import type { Role } from '../../src/server/events.ts';
import { explainerOf, listen, openPages, openServer, type Server, type ServerOptions } from '../../src/server/index.ts';
import { cookieOf, sealed } from '../../src/server/ticket.ts';
import { joined } from '../server/served.ts';

/** Milliseconds: all of a test's waits end some time, but on a machine with much else to do not soon; with FAMENET_TEST_SLOW so many times later. */
export const PATIENCE = 300_000 * Number(process.env.FAMENET_TEST_SLOW ?? 1);

/** The browser's program: the one of FAMENET_TEST_CHROMIUM, else one of the usual names in PATH. */
function program(): string | undefined {
  const given = process.env.FAMENET_TEST_CHROMIUM;
  if (given) return given;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place));
}

/** Why there is none here. */
export const NO_BROWSER = 'no Chromium here: set FAMENET_TEST_CHROMIUM, or install it (.ci/chromium)';

/** Whether `studio` has a browser to show pages in. */
export const hasBrowser = (): boolean => program() !== undefined;

/** A browser of its own, for a test that has no server of ours in this process; whoever opens it closes it. */
export const newBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program()!,
    args: ['--disable-gpu', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
  });

export interface StudioOptions extends Partial<Omit<ServerOptions, 'origins'>> {
  /** People of a team by their ids, who have joined already; with `mode: 'team'`. */
  readonly people?: Readonly<Record<string, readonly Role[]>>;
  /** Messages of pages that are meant to come, besides answers that refuse. */
  readonly expected?: RegExp;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

export interface Studio {
  readonly url: string;
  readonly server: Server;
  /** The server's folder. */
  readonly data: string;
  /** What the server had not thought of, and what pages have complained about. `end` expects none. */
  readonly bugs: unknown[];
  /** A page of a browser of its own (cookies, storage), where `who` is logged in; in local mode and for the door, nobody. */
  page(who?: string, path?: string, options?: PageOptions): Promise<Page>;
  /** Asks the server as somebody, with all that a write needs, and returns the JSON of an answer that went well. */
  ask<T = unknown>(who: string | undefined, method: string, path: string, body?: unknown): Promise<T>;
  /** Closes the browser, ends the server, removes its folder; fails where something has gone wrong unseen. */
  end(): Promise<void>;
}

const NO_MODEL = explainerOf('none', async () => join(tmpdir(), 'no-such-model'));

/** Starts all of it. With `data`, the folder is the caller's, and stays. */
export async function studio({ people = {}, expected, ...options }: StudioOptions = {}): Promise<Studio> {
  const folder = await builtStudio();
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'famenet-studio-')));
  const bugs: unknown[] = [];
  const origins: string[] = [];
  const { server, close } = await openServer({
    mode: 'local',
    explainer: NO_MODEL,
    onBug: (error) => bugs.push(error),
    ...options,
    data,
    origins,
  });
  const pages = await openPages(folder, () => origins.map((origin) => new URL(origin).host));
  const listening = await listen(server, { host: '127.0.0.1', port: 0, pages });
  const url = `http://127.0.0.1:${listening.port}`;
  origins.push(url);
  const absent = Object.entries(people).filter(([id]) => !server.log.state.accounts.has(id));
  await server.log.carryOut(() => absent.flatMap(([id, roles]) => joined(id, [...roles])));
  const cookie = (who: string): string => {
    const { epoch } = server.log.state.accounts.get(who)!;
    return cookieOf(sealed({ account: who, epoch, until: Date.now() + 3600_000 }, server.secret), false).split(';')[0]!;
  };
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  return {
    url,
    server,
    data,
    bugs,
    async page(who, path = '/', { width = 1280, height = 800, dark = false } = {}) {
      browser ??= await newBrowser();
      // bypassCSP is not set: pages run under the policy that people get; `axe` goes round it by itself
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        baseURL: url,
      });
      contexts.push(context);
      context.setDefaultTimeout(PATIENCE / 2);
      if (who !== undefined) {
        const [name, value] = cookie(who).split('=') as [string, string];
        await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
      }
      const page = await context.newPage();
      page.on('pageerror', (error) => bugs.push(`page: ${error.message}`));
      page.on('console', (message) => {
        // an answer that refuses is told by the browser as an error; whether it is one, the test says
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()) && !expected?.test(message.text()))
          bugs.push(`console: ${message.text()}`);
      });
      page.on('request', (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(url)) bugs.push(`a request to elsewhere: ${request.url()}`);
      });
      await page.goto(path);
      return page;
    },
    async ask(who, method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(who === undefined ? {} : { cookie: cookie(who) }),
          'x-famenet': '1',
          'idempotency-key': randomUUID(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} as ${who}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
    async end() {
      await browser?.close();
      await Promise.all([listening.close(), server.jobs.close()]);
      await close();
      if (options.data === undefined) await rm(data, { recursive: true, force: true });
      expect(bugs).toEqual([]);
    },
  };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a page for people who hear, see or move differently: fails for whatever is serious or critical. */
export async function axe(page: Page): Promise<void> {
  // through the debugger, which no policy of the page holds back
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        run(
          at: Document,
          options: object,
        ): Promise<{ violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)),
    }));
  });
  expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
}

/** Writes what a page looks like to out/shots/NAME.png, for people to look at. */
export async function shot(page: Page, name: string, { full = false }: { readonly full?: boolean } = {}): Promise<void> {
  const folder = fileURLToPath(new URL('../../out/shots', import.meta.url));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: full, animations: 'disabled' });
}
