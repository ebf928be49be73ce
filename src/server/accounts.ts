import { randomBytes } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { FameError } from '../base/errors.ts';
import { GATE } from '../protocol/index.ts';
import { keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { finishErasures, pseudonymOf } from './erasure.ts';
import { name, ROLES, type Role } from './events.ts';
import { allow } from './guard.ts';
import { digestOf } from './session.ts';
import { body, idIn, json, KEY, keyTwice, routes, write } from './shape.ts';
import type { State } from './state.ts';

const account = z.object({ account: z.string(), name: z.string(), roles: z.array(z.enum(ROLES)), closed: z.boolean() });
const roles = z.array(z.enum(ROLES)).min(1);
/** How long an invitation holds. */
export const INVITATION_MS = 7 * 24 * 3600_000;

/** Accounts, for owners. */
export const accounts = (server: Server) => {
  const { log, clock } = server;
  const listed = () =>
    [...log.state.accounts.values()].map(({ id, name, roles, closed }) => ({ account: id, name, roles: [...roles], closed }));
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All accounts',
        ...allow('owner'),
        responses: { 200: json(z.array(account), 'Accounts') },
      }),
      (c) => c.json(listed(), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/invitations',
        summary: 'Invite somebody; the word in the answer is shown once',
        ...allow('owner'),
        request: { headers: KEY, ...body(z.object({ account: name, roles })) },
        responses: { 201: json(z.object({ token: z.string(), until: z.string() }), 'What to give to the person') },
      }),
      async (c) => {
        const said = c.req.valid('json');
        const token = randomBytes(24).toString('base64url');
        const until = new Date(clock() + INVITATION_MS).toISOString();
        const event = await write(c, server, 'invited', said, (state) => {
          checkName(state, said.account);
          return { token: digestOf(token), until };
        });
        if (event.token !== digestOf(token))
          // sent again: the word that was made then is not kept
          throw new FameError('SERVER_KEY_TWICE', 'This invitation was made already, and its word is shown once', { fix: 'make another' });
        return c.json({ token, until }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/{account}/roles',
        summary: 'Change what somebody may do',
        ...allow('owner'),
        request: { headers: KEY, params: idIn('account'), ...body(z.object({ roles })) },
        responses: { 200: json(z.array(account), 'Accounts') },
      }),
      async (c) => {
        const said = { account: c.req.valid('param').account, roles: c.req.valid('json').roles };
        await write(c, server, 'roles-changed', said, (state) => lasting(state, said.account, said.roles));
        return c.json(listed(), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{account}',
        summary: 'Close an account, and erase the person everywhere, on the disk, too; with texts=true what the person wrote as well',
        ...allow('owner'),
        request: { headers: KEY, params: idIn('account'), query: z.object({ texts: z.enum(['true', 'false']).default('false') }) },
        responses: { 200: json(z.object({ campaigns: z.array(z.string()) }), 'Where the person was erased') },
      }),
      async (c) => {
        const { account } = c.req.valid('param');
        const texts = c.req.valid('query').texts === 'true';
        const id = keyOf(c, server);
        await log.carryOut((state) => {
          const before = state.events.get(id);
          if (before?.type === 'person-erased') return []; // what is left of it is done below
          if (before !== undefined) throw keyTwice();
          lasting(state, account, []);
          return [{ id, at: nowOf(server), by: whoOf(c).id, type: 'person-erased', account, as: pseudonymOf(state), texts }];
        });
        return c.json({ campaigns: await finishErasures(server) }, 200);
      },
    );
};

/** Throws SERVER_TAKEN for an id that somebody has, or that nobody can have. */
function checkName({ accounts }: State, id: string): void {
  const known = accounts.get(id);
  if (known === undefined && id !== GATE && !/^erased-|^local$/.test(id)) return;
  throw new FameError('SERVER_TAKEN', 'This account cannot be had', { at: id, fix: 'choose another id' });
}

/** Throws SERVER_UNKNOWN, and SERVER_OWNER where nobody would be left who can let others in. */
function lasting({ accounts }: State, id: string, roles: readonly Role[]): object {
  const account = accounts.get(id);
  if (account === undefined || account.closed) throw unknown('account', id);
  const others = [...accounts.values()].some((one) => one.id !== id && !one.closed && one.roles.includes('owner'));
  if (roles.includes('owner') || others || !account.roles.includes('owner')) return {};
  throw new FameError('SERVER_OWNER', 'There must be an owner', { at: id, fix: 'make somebody else an owner first' });
}
