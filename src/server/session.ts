import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { FameError } from '../base/errors.ts';
import { nowOf, type Server, whoOf } from './context.ts';
import { name, ROLES } from './events.ts';
import { allow } from './guard.ts';
import { hashPassword, isPassword } from './password.ts';
import { body, json, KEY, routes, write } from './shape.ts';
import type { Account } from './state.ts';
import { cookieOf, sealed, TICKET_MS } from './ticket.ts';

const person = z.object({ account: z.string(), name: z.string(), roles: z.array(z.enum(ROLES)), mode: z.enum(['local', 'team']) });
const password = z.string().max(1000);

/** The digest under which an invitation's word is kept. */
export const digestOf = (word: string): string => createHash('sha256').update(word).digest('hex');

/** Logging in and out, joining by an invitation, and who one is. */
export const session = (server: Server) => {
  const { log, limit, secret, clock, mode, origins } = server;
  const secure = origins.some((origin) => origin.startsWith('https:'));
  const shown = ({ id, name, roles }: Account) => ({ account: id, name, roles: [...roles], mode });
  const ticket = ({ id, epoch }: Account) => cookieOf(sealed({ account: id, epoch, until: clock() + TICKET_MS }, secret), secure);
  return routes()
    .openapi(
      createRoute({ method: 'get', path: '/', summary: 'Who is logged in', ...allow(...ROLES), responses: { 200: json(person, 'You') } }),
      (c) => c.json(shown(whoOf(c)), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Log in',
        ...allow('anybody'),
        request: body(z.object({ account: name, password })),
        responses: { 200: json(person, 'You, with a cookie') },
      }),
      async (c) => {
        const { account: id, password } = c.req.valid('json');
        limit('login', `address ${c.env?.address ?? ''}`);
        limit('login', `account ${id}`);
        const account = log.state.accounts.get(id);
        const usable = account?.closed === false ? account : undefined;
        const right = await isPassword(password, usable?.password);
        if (usable === undefined || !right)
          throw new FameError('SERVER_PASSWORD', 'Account and password do not belong together', { fix: 'check both' });
        c.header('Set-Cookie', ticket(usable));
        return c.json(shown(usable), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/',
        summary: 'Log out, everywhere',
        ...allow(...ROLES),
        request: { headers: KEY },
        responses: { 204: { description: 'Logged out' } },
      }),
      async (c) => {
        if (mode === 'team') await write(c, server, 'signed-out', { account: whoOf(c).id }, () => ({}));
        c.header('Set-Cookie', cookieOf(undefined, secure));
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/join',
        summary: 'Take up an invitation',
        ...allow('anybody'),
        request: { headers: KEY, ...body(z.object({ token: z.string().max(100), name, password })) },
        responses: { 201: json(person, 'You, with a cookie') },
      }),
      async (c) => {
        const { token: word, name, password: chosen } = c.req.valid('json');
        limit('login', `address ${c.env?.address ?? ''}`);
        const token = digestOf(word);
        const invited = log.state.invitations.get(token);
        if (invited === undefined || invited.until <= nowOf(server))
          throw new FameError('SERVER_INVITATION', 'This invitation does not hold (any more)', { fix: 'ask an owner for another' });
        const hash = await hashPassword(chosen);
        const joined = await write(
          c,
          server,
          'joined',
          { token, name },
          (state) => {
            const account = state.invitations.get(token)?.account;
            if (account === undefined)
              throw new FameError('SERVER_INVITATION', 'This invitation does not hold (any more)', { fix: 'ask an owner for another' });
            return { account, password: hash };
          },
          invited.account,
        );
        const account = log.state.accounts.get(joined.account)!;
        c.header('Set-Cookie', ticket(account));
        return c.json(shown(account), 201);
      },
    );
};
