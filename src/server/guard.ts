/** Who may do what: hosts, origins, tickets and roles. */
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { FameError } from '../base/errors.ts';
import type { Env, Server } from './context.ts';
import type { Role } from './events.ts';
import type { Account } from './state.ts';
import { COOKIE, unsealed } from './ticket.ts';

/** The one person of the local mode. */
export const LOCAL: Account = { id: 'local', name: 'You', roles: ['owner'], epoch: 0, closed: false };

/** The header that a page of another site cannot send without being asked first. */
export const OWN_HEADER = 'x-famenet';

/** Names who wrote what is sent, URI-encoded: what waited in a browser is not to go out under whoever is logged in there by now. */
export const ACCOUNT_HEADER = 'x-famenet-account';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Part of a route's declaration: who may ask, in the OpenAPI document and in fact. Owners always may. `anybody` needs no account. */
export function allow(...roles: readonly (Role | 'anybody')[]) {
  const who: readonly (Role | 'anybody')[] = roles.includes('anybody') ? ['anybody'] : [...new Set(['owner' as const, ...roles])];
  const guard: MiddlewareHandler<Env> = async (c, next) => {
    const account = c.var.who;
    if (!who.includes('anybody')) {
      if (account === undefined) throw new FameError('SERVER_LOGIN', 'Nobody is logged in', { fix: 'log in at /session' });
      if (!account.roles.some((role) => who.includes(role)))
        throw new FameError('SERVER_ROLE', 'This is not for people with your role', {
          expected: who.join(', '),
          got: account.roles.join(', '),
          fix: 'ask an owner',
        });
    }
    await next();
  };
  return { 'x-roles': [...who], middleware: guard };
}

/**
 * Refuses requests under a name that is not ours (a page that has pointed its own name at this machine), and writes that another site's page has made a
 * browser send. Throws SERVER_HOST, SERVER_ORIGIN.
 */
export function sameSite({ origins }: Pick<Server, 'origins'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const hosts = origins.map((origin) => new URL(origin).host); // with a port that the system chose, they are known after the routes
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    if (!hosts.includes(host))
      throw new FameError('SERVER_HOST', 'The server is not known under this name', {
        at: 'Host',
        expected: hosts.join(', '),
        got: host.slice(0, 100),
        fix: 'use one of these, or name it with --origin',
      });
    const [origin, site] = [c.req.header('origin'), c.req.header('sec-fetch-site')];
    const writes = WRITES.has(c.req.method);
    const foreign =
      (origin !== undefined && !origins.includes(origin)) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none') ||
      (writes && c.req.header(OWN_HEADER) === undefined);
    if (foreign)
      throw new FameError('SERVER_ORIGIN', 'This request may come from another site', {
        expected: `an Origin of ${origins.join(' or ')}, and with writes the header ${OWN_HEADER}`,
        got: origin ?? site ?? 'no such header',
        fix: 'ask from the studio, or send the header',
      });
    await next();
  };
}

/** Finds out who asks, whether it is who is said to, and whether that is too often. Throws SERVER_ACCOUNT, SERVER_RATE. */
export function identify(server: Server): MiddlewareHandler<Env> {
  const { mode, secret, log, limit, clock } = server;
  return async (c, next) => {
    c.set('who', mode === 'local' ? LOCAL : holderOf(unsealed(getCookie(c, COOKIE), secret, clock()), log.state.accounts));
    const meant = c.req.header(ACCOUNT_HEADER);
    if (meant !== undefined && meant !== encodeURIComponent(c.var.who?.id ?? ''))
      throw new FameError('SERVER_ACCOUNT', 'Somebody else is logged in than wrote this, or nobody', {
        at: ACCOUNT_HEADER,
        expected: meant.slice(0, 100),
        fix: 'log in as that person',
      });
    limit(WRITES.has(c.req.method) ? 'write' : 'read', c.var.who?.id ?? `address ${c.env?.address ?? ''}`);
    await next();
  };
}

function holderOf(ticket: ReturnType<typeof unsealed>, accounts: ReadonlyMap<string, Account>): Account | undefined {
  const account = ticket && accounts.get(ticket.account);
  return account !== undefined && !account.closed && account.epoch === ticket!.epoch ? account : undefined;
}
