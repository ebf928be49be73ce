import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../src/server/events.ts';
import { type Served, served } from './served.ts';

let it: Served;
beforeAll(async () => {
  it = await served();
});
afterAll(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

/** Who may do what besides owners, who may do everything: written down a second time, so that nothing opens by accident. `-`: owners alone. */
const WHO: Readonly<Record<string, string>> = {
  'GET /health': 'anybody',
  'GET /metrics': '-',
  'GET /models': 'annotator voter rater viewer',
  'GET /session': 'annotator voter rater viewer',
  'POST /session': 'anybody',
  'DELETE /session': 'annotator voter rater viewer',
  'POST /session/join': 'anybody',
  'GET /accounts': '-',
  'POST /accounts/invitations': '-',
  'PUT /accounts/{account}/roles': '-',
  'DELETE /accounts/{account}': '-',
  'GET /projects': 'annotator voter rater viewer',
  'POST /projects': '-',
  'PUT /projects/{project}/members/{account}': '-',
  'DELETE /projects/{project}/members/{account}': '-',
  'GET /projects/{project}/notice': 'annotator voter rater viewer',
  'GET /projects/{project}/erasures': '-',
  'POST /projects/{project}/erasures': '-',
  'GET /files': 'annotator voter rater viewer',
  'POST /files': 'annotator',
  'GET /files/{file}': 'annotator voter rater viewer',
  'PATCH /files/{file}': 'annotator',
  'GET /files/{file}/content': 'annotator voter rater viewer',
  'DELETE /files/{file}': 'annotator',
  'GET /dialogues': 'annotator voter rater viewer',
  'POST /dialogues': 'annotator',
  'GET /dialogues/{dialogue}': 'annotator voter rater viewer',
  'DELETE /dialogues/{dialogue}': '-',
  'GET /campaigns': 'annotator voter',
  'POST /campaigns/{campaign}': '-',
  'GET /campaigns/{campaign}': 'annotator voter',
  'GET /campaigns/{campaign}/next': 'annotator voter',
  'GET /campaigns/{campaign}/items': 'annotator voter',
  'GET /campaigns/{campaign}/items/{item}/film': 'annotator voter',
  'GET /campaigns/{campaign}/items/{item}/peaks': 'annotator voter',
  'GET /campaigns/{campaign}/items/{item}/faces': 'annotator voter',
  'POST /campaigns/{campaign}/items/{item}/faces': 'annotator voter',
  'GET /campaigns/{campaign}/items/{item}': 'annotator voter',
  'POST /campaigns/{campaign}/commands': 'annotator voter',
  'GET /campaigns/{campaign}/people': 'annotator voter',
  'GET /campaigns/{campaign}/progress': 'annotator voter',
  'GET /campaigns/{campaign}/results': 'annotator voter',
  'GET /campaigns/{campaign}/statistics': 'annotator voter',
  'GET /campaigns/{campaign}/charts/{chart}': 'annotator voter',
  'GET /studies': 'rater',
  'POST /studies': '-',
  'GET /studies/{study}/next': 'rater',
  'PUT /studies/{study}/items/{item}': 'rater',
  'GET /studies/{study}/items/{item}/film': 'rater',
  'GET /studies/{study}/ratings.jsonl': '-',
  'GET /studies/{study}/summary': '-',
  'GET /studies/{study}/ratings.csv': '-',
  'GET /files/{file}/peaks': 'annotator voter rater viewer',
  'POST /faces': 'annotator viewer',
  'GET /faces/{job}': 'annotator viewer',
  'GET /faces/{job}/events': 'annotator viewer',
  'DELETE /faces/{job}': 'annotator viewer',
  'GET /examples': 'annotator',
  'POST /examples/{example}': 'annotator',
  'GET /transcripts/{dialogue}': 'annotator voter rater viewer',
  'PUT /transcripts/{dialogue}': 'annotator',
  'POST /transcripts/{dialogue}/repairs': 'annotator',
  'POST /transcripts/{dialogue}/changes': 'annotator',
  'GET /datasets': 'viewer',
  'POST /datasets': '-',
  'GET /datasets/{dataset}': 'viewer',
  'PATCH /datasets/{dataset}': '-',
  'DELETE /datasets/{dataset}': '-',
  'POST /datasets/{dataset}/doctor': '-',
  'GET /datasets/{dataset}/findings': 'viewer',
  'POST /datasets/{dataset}/decisions': '-',
  'GET /datasets/{dataset}/patch': 'viewer',
  'POST /datasets/{dataset}/statistics': '-',
  'GET /datasets/{dataset}/statistics': 'viewer',
  'GET /datasets/{dataset}/charts/{chart}': 'viewer',
  'GET /tasks/{job}': 'annotator viewer',
  'GET /tasks/{job}/events': 'annotator viewer',
  'DELETE /tasks/{job}': 'annotator viewer',
  'GET /calibrations': 'viewer',
  'POST /calibrations': '-',
  'GET /calibrations/{calibration}': 'viewer',
  'POST /campaigns/{campaign}/setup': '-',
  'GET /explanations': 'annotator viewer',
  'POST /explanations': 'annotator viewer',
  'GET /explanations/{job}': 'annotator viewer',
  'GET /explanations/{job}/events': 'annotator viewer',
  'DELETE /explanations/{job}': 'annotator viewer',
};

/** The code of a problem. */
const codeOf = (body: unknown): string => (body as { readonly code: string }).code;

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { 'x-roles'?: readonly string[]; responses: Record<string, unknown> }>>>>;
}

/** Every operation of the document as it is served. */
async function operations() {
  const { body } = await it.json<Document>('owner', 'GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

test('the document names every route of the app, with who may, and how it fails', async () => {
  const found = await operations();
  expect(found.map(({ key }) => key).sort()).toEqual(Object.keys(WHO).sort());
  const documented = new Set(found.map(({ key }) => key.replaceAll(/\{(\w+)\}/g, ':$1')));
  const inApp = new Set(it.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`));
  inApp.delete('GET /openapi.json');
  expect([...inApp].sort()).toEqual([...documented].sort());
  for (const { key, operation } of found) {
    const others = operation['x-roles']?.filter((role) => role !== 'owner').join(' ');
    expect([key, others || '-']).toEqual([key, WHO[key]]);
    expect(operation.responses).toHaveProperty('default');
  }
});

test('every role meets every operation: those who may not are refused before anything else is looked at', { timeout: 60_000 }, async () => {
  for (const { key, method, path } of await operations()) {
    const address = path.replaceAll(/\{\w+\}/g, '0123456789abcdef0123456789abcdef');
    if (key === 'DELETE /session') continue; // would log the next ones out; accounts.test.ts does it
    for (const who of [undefined, ...ROLES]) {
      const response = await it.ask(who, method, address, method === 'GET' || method === 'DELETE' ? undefined : {});
      const may = WHO[key] === 'anybody' || (who !== undefined && (who === 'owner' || WHO[key]!.split(' ').includes(who)));
      const code = response.headers.get('content-type') === 'application/problem+json' ? codeOf(await response.json()) : 'none';
      const refused = who === undefined ? [401, 'SERVER_LOGIN'] : [403, 'SERVER_ROLE'];
      if (may) expect(['SERVER_LOGIN', 'SERVER_ROLE'], `${key} as ${who}`).not.toContain(code);
      else expect([response.status, code], `${key} as ${who}`).toEqual(refused);
      it.wait(1000); // rates are tested elsewhere
    }
  }
});

describe('requests from elsewhere', () => {
  const REFUSALS: readonly (readonly [name: string, method: string, headers: Readonly<Record<string, string>>, code: string])[] = [
    ['a name that somebody has pointed at us', 'GET', { host: 'evil.example:4777' }, 'SERVER_HOST'],
    ['another port of this machine', 'GET', { host: '127.0.0.1:80' }, 'SERVER_HOST'],
    ["another site's page", 'POST', { origin: 'https://evil.example' }, 'SERVER_ORIGIN'],
    ["another site's page that reads", 'GET', { origin: 'https://evil.example' }, 'SERVER_ORIGIN'],
    ['a page without an origin', 'POST', { origin: 'null' }, 'SERVER_ORIGIN'],
    ['a picture in another page', 'GET', { 'sec-fetch-site': 'cross-site' }, 'SERVER_ORIGIN'],
    ['a page of a sister name', 'GET', { 'sec-fetch-site': 'same-site' }, 'SERVER_ORIGIN'],
  ];
  test.each(REFUSALS)('%s', async (_, method, headers, code) => {
    const { status, body } = await it.json<{ code: string }>('owner', method, '/projects', method === 'GET' ? undefined : {}, headers);
    expect([status, body.code]).toEqual([403, code]);
  });
  test('a form can send no header of its own', async () => {
    const response = await it.app.request('http://127.0.0.1:4777/projects', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'title=x',
    });
    expect([response.status, codeOf(await response.json())]).toEqual([403, 'SERVER_ORIGIN']);
  });
  test('the own page may', async () => {
    const { status } = await it.json('owner', 'GET', '/projects', undefined, {
      origin: 'http://127.0.0.1:4777',
      'sec-fetch-site': 'same-origin',
    });
    expect(status).toBe(200);
  });
});

describe('answers', () => {
  test('nothing is a page, and nothing is kept on the way', async () => {
    for (const path of ['/health', '/nowhere', '/projects']) {
      const { headers } = await it.ask('owner', 'GET', path);
      expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
  test('a problem says what the command line would say', async () => {
    expect(await it.json('owner', 'POST', '/projects', { title: 'x', purpose: 'fun' })).toEqual({
      status: 400,
      body: {
        type: 'urn:famenet:SERVER_REQUEST',
        title: 'A request is not in its form',
        status: 400,
        code: 'SERVER_REQUEST',
        at: 'json.purpose',
        expected: expect.stringContaining('research'),
        fix: 'openapi.json has the form',
      },
    });
  });
  test.each([
    ['JSON that is none', '{', 400, 'SERVER_REQUEST'],
    ['a body that is too large', `"${'x'.repeat(5 * 2 ** 20)}"`, 413, 'SERVER_BODY'],
  ])('%s', async (_, body, status, code) => {
    const sent = await it.ask('owner', 'POST', '/projects', new TextEncoder().encode(body), { 'content-type': 'application/json' });
    expect([sent.status, codeOf(await sent.json())]).toEqual([status, code]);
  });
  test('counts are in the form of Prometheus, and name nobody', async () => {
    const text = await (await it.ask('owner', 'GET', '/metrics')).text();
    expect(text).toMatch(/^famenet_requests_total\{method="GET",route="\/health",status="200"\} \d+$/m);
    expect(text).toMatch(/^famenet_request_seconds_bucket\{method="GET",route="\/projects",le="\+Inf"\} \d+$/m);
    expect(text).toMatch(/^famenet_jobs_waiting 0$/m);
    expect(text).not.toContain('0123456789abcdef');
  });
});

describe('the word of Prometheus', () => {
  const TOKEN = '0123456789abcdef0123456789abcdef';
  test('opens the counts and nothing else; a wrong one opens nothing, and cannot be tried for long', async () => {
    const team = await served({ metricsToken: TOKEN });
    try {
      const asked = (token: string, path = '/metrics') => team.ask(undefined, 'GET', path, undefined, { authorization: `Bearer ${token}` });
      await asked(TOKEN);
      const counts = await asked(TOKEN); // the first request is in it
      expect([counts.status, await counts.text()]).toEqual([200, expect.stringContaining('famenet_requests_total')]);
      for (const path of ['/projects', '/accounts', '/files']) expect((await asked(TOKEN, path)).status, path).toBe(401);
      expect((await asked(`${TOKEN}0`)).status).toBe(401);
      expect((await team.ask(undefined, 'GET', '/metrics')).status).toBe(401);
      expect((await team.ask('viewer', 'GET', '/metrics')).status).toBe(403);
      expect((await team.ask('owner', 'GET', '/metrics')).status).toBe(200);
      const tried = await Promise.all(Array.from({ length: 12 }, (_, i) => asked(`wrong-${i}`)));
      expect(tried.map(({ status }) => status)).toContain(429);
      expect((await asked(TOKEN)).status).toBe(200); // who has it is not kept out by those who have not
    } finally {
      await team.end();
    }
  });
  test('is none where it is short, and where the server has none', async () => {
    await expect(served({ metricsToken: 'short' })).rejects.toMatchObject({ code: 'SERVER_TOKEN' });
    expect((await it.ask(undefined, 'GET', '/metrics', undefined, { authorization: 'Bearer undefined' })).status).toBe(401);
  });
});
