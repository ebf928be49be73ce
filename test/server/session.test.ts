import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstInvitation } from '../../src/server/open.ts';
import { ORIGIN, type Served, served } from './served.ts';

let it: Served;
beforeEach(async () => {
  it = await served();
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

const PASSWORD = 'correct horse battery';

/** Somebody who was invited and joins, from an address of the own. */
async function joins(account: string, roles: readonly string[]): Promise<Response> {
  const { body } = await it.json<{ token: string }>('owner', 'POST', '/accounts/invitations', { account, roles });
  return it.ask(undefined, 'POST', '/session/join', { token: body.token, name: `<b>${account}</b>`, password: PASSWORD });
}

/** Asks with a cookie as it was set. */
const withCookie = (cookie: string, method: string, path: string) =>
  it.app.request(`${ORIGIN}${path}`, {
    method,
    headers: { host: '127.0.0.1:4777', cookie, 'x-famenet': '1', 'idempotency-key': randomUUID() },
  });

test('an invitation lets one person in, once; the cookie is out of reach of scripts and other sites', async () => {
  const { body: invitation } = await it.json<{ token: string }>('owner', 'POST', '/accounts/invitations', {
    account: 'ann',
    roles: ['annotator'],
  });
  const join = { token: invitation.token, name: 'Ann', password: PASSWORD };
  const joined = await it.ask(undefined, 'POST', '/session/join', join);
  expect([joined.status, await joined.json()]).toEqual([201, { account: 'ann', name: 'Ann', roles: ['annotator'], mode: 'team' }]);
  const cookie = joined.headers.get('set-cookie')!;
  expect(cookie).toMatch(/^famenet=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  const me = await withCookie(cookie.split(';')[0]!, 'GET', '/session');
  expect(await me.json()).toMatchObject({ account: 'ann' });
  const again = await it.json(undefined, 'POST', '/session/join', { ...join, password: 'another long password' });
  expect(again).toMatchObject({ status: 403, body: { code: 'SERVER_INVITATION' } });
  const stored = JSON.stringify([...it.server.log.state.events.values()]);
  expect(stored).not.toContain(PASSWORD);
  expect(stored).not.toContain(invitation.token);
});

test('an invitation ends after a week, and a short password is refused', async () => {
  const { body } = await it.json<{ token: string }>('owner', 'POST', '/accounts/invitations', { account: 'ann', roles: ['annotator'] });
  const join = { token: body.token, name: 'Ann', password: 'short' };
  expect(await it.json(undefined, 'POST', '/session/join', join)).toMatchObject({ status: 422, body: { code: 'PASSWORD_WEAK' } });
  it.wait(8 * 24 * 3600_000);
  expect(await it.json(undefined, 'POST', '/session/join', { ...join, password: PASSWORD })).toMatchObject({ status: 403 });
});

test('logging in, and out of everywhere at once', async () => {
  await joins('ann', ['annotator']);
  const wrong = await it.json(undefined, 'POST', '/session', { account: 'ann', password: 'incorrect horse battery' });
  const nobody = await it.json(undefined, 'POST', '/session', { account: 'nobody', password: PASSWORD });
  expect(wrong).toMatchObject({ status: 401, body: { code: 'SERVER_PASSWORD' } });
  expect(nobody).toEqual(wrong); // nobody learns which accounts exist
  const cookies = await Promise.all(
    [1, 2].map(
      async () =>
        (await it.ask(undefined, 'POST', '/session', { account: 'ann', password: PASSWORD })).headers.get('set-cookie')!.split(';')[0]!,
    ),
  );
  expect((await withCookie(cookies[0]!, 'DELETE', '/session')).status).toBe(204);
  for (const cookie of cookies) expect((await withCookie(cookie, 'GET', '/session')).status).toBe(401);
});

test('a cookie that was changed, is too old, or is of a closed account is nobody', async () => {
  const joined = await joins('ann', ['annotator']);
  const cookie = joined.headers.get('set-cookie')!.split(';')[0]!;
  const [body, signature] = cookie.slice('famenet='.length).split('.') as [string, string];
  const forged = Buffer.from(Buffer.from(body, 'base64url').toString().replace('ann', 'owner')).toString('base64url');
  for (const other of [
    `famenet=${forged}.${signature}`,
    `famenet=${body}.`,
    'famenet=',
    `famenet=${body}.${'A'.repeat(43)}`,
    'famenet=%00.x',
  ])
    expect((await withCookie(other, 'GET', '/session')).status).toBe(401);
  expect((await withCookie(cookie, 'GET', '/session')).status).toBe(200);
  await it.ask('owner', 'DELETE', '/accounts/ann');
  expect((await withCookie(cookie, 'GET', '/session')).status).toBe(401);
  const old = (await joins('bea', ['voter'])).headers.get('set-cookie')!.split(';')[0]!;
  it.wait(13 * 3600_000);
  expect((await withCookie(old, 'GET', '/session')).status).toBe(401);
});

test('passwords cannot be tried out: ten from an address, ten for an account', async () => {
  for (let i = 0; i < 10; i++) await it.ask(undefined, 'POST', '/session', { account: `who${i}`, password: 'x' });
  const refused = await it.ask(undefined, 'POST', '/session', { account: 'who', password: 'x' });
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, 'SERVER_RATE']);
  expect(Number(refused.headers.get('retry-after'))).toBe(90);
  it.wait(90_000);
  expect((await it.ask(undefined, 'POST', '/session', { account: 'who', password: 'x' })).status).toBe(401);
});

test('one account cannot flood the server with writes, and others do not notice', async () => {
  const asked = await Promise.all(Array.from({ length: 70 }, () => it.ask('owner', 'POST', '/projects', {})));
  expect(asked.filter(({ status }) => status === 429)).toHaveLength(10);
  expect((await it.ask('annotator', 'POST', '/files', {})).status).toBe(400);
});

describe('accounts', () => {
  test('roles change at once; the last owner stays', async () => {
    expect((await it.ask('viewer', 'GET', '/studies')).status).toBe(403);
    await it.ask('owner', 'PUT', '/accounts/viewer/roles', { roles: ['rater'] });
    expect((await it.ask('viewer', 'GET', '/studies')).status).toBe(200);
    expect(await it.json('owner', 'PUT', '/accounts/owner/roles', { roles: ['viewer'] })).toMatchObject({ body: { code: 'SERVER_OWNER' } });
    expect(await it.json('owner', 'DELETE', '/accounts/owner')).toMatchObject({ body: { code: 'SERVER_OWNER' } });
  });
  test.each(['gate', 'erased-1', 'local', 'annotator'])('nobody can be invited as %s', async (account) => {
    const asked = await it.json('owner', 'POST', '/accounts/invitations', { account, roles: ['voter'] });
    expect(asked).toMatchObject({ status: 409, body: { code: 'SERVER_TAKEN' } });
  });
  test('a name with markup stays text', async () => {
    const joined = await joins('eve', ['viewer']);
    expect(joined.headers.get('content-type')).toBe('application/json');
    expect(await joined.json()).toMatchObject({ name: '<b>eve</b>' });
  });
});

test('a write without a key, and another write under the same key, are refused; the same one counts once', async () => {
  const project = { title: 'A', purpose: 'research' };
  expect(await it.json('owner', 'POST', '/projects', project, { 'idempotency-key': 'short' })).toMatchObject({
    body: { code: 'SERVER_KEY' },
  });
  const key = { 'idempotency-key': randomUUID() };
  const first = await it.json('owner', 'POST', '/projects', project, key);
  expect(await it.json('owner', 'POST', '/projects', project, key)).toEqual(first);
  expect(await it.json('owner', 'POST', '/projects', { ...project, title: 'B' }, key)).toMatchObject({
    status: 409,
    body: { code: 'SERVER_KEY_TWICE' },
  });
  expect((await it.json<unknown[]>('owner', 'GET', '/projects')).body).toHaveLength(1);
});

test('the first owner of a team gets in by a word that is printed once', async () => {
  expect(await firstInvitation(it.server)).toBeUndefined(); // there is one
  const empty = await served({ people: {}, mode: 'local' });
  try {
    const local = await empty.json('nobody', 'GET', '/session');
    expect(local.body).toEqual({ account: 'local', name: 'You', roles: ['owner'], mode: 'local' });
    expect(await firstInvitation(empty.server)).toMatch(/^[\w-]{32}$/);
  } finally {
    await empty.end();
  }
});
