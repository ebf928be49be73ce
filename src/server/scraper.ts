/** Prometheus' way in: a word of its own, for the counts and nothing else. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { FameError } from '../base/errors.ts';
import type { Env, Server } from './context.ts';
import { allow } from './guard.ts';

/** A word that nobody finds by trying. */
const SHORTEST = 24;

/** Throws SERVER_TOKEN for a word that is too short. */
export function checkToken(token: string | undefined): void {
  if (token === undefined || token.length >= SHORTEST) return;
  throw new FameError('SERVER_TOKEN', 'The word for the counts is too short', {
    expected: `${SHORTEST} characters or more, made by chance`,
    got: `${token.length}`,
    fix: 'make one: openssl rand -hex 24',
  });
}

/** As `allow('owner')`; and for whoever has the server's word as `Authorization: Bearer`. */
export function allowScraper({ metricsToken, limit }: Pick<Server, 'metricsToken' | 'limit'>) {
  const { middleware: owner, ...declared } = allow('owner');
  const middleware: MiddlewareHandler<Env> = async (c, next) => {
    const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (given === undefined || metricsToken === undefined) return owner(c, next);
    if (!alike(given, metricsToken)) {
      limit('login', `counts ${c.env?.address ?? ''}`);
      throw new FameError('SERVER_LOGIN', 'This is not the word for the counts', { fix: 'give the one of --metrics-token' });
    }
    await next();
  };
  return { ...declared, middleware };
}

/** In a time that says nothing of how much is right. */
function alike(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
