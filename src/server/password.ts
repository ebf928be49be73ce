/** Passwords as the log keeps them: scrypt (RFC 7914) with its parameters beside it. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { FameError } from '../base/errors.ts';

/** 32 MiB and about a tenth of a second of one core for each attempt. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const [SALT, KEY] = [16, 32]; // bytes
const [SHORTEST, LONGEST] = [12, 200]; // characters

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** `scrypt$N$r$p$salt$key` of a new password. Throws PASSWORD_WEAK. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < SHORTEST || password.length > LONGEST)
    throw new FameError('PASSWORD_WEAK', 'This password will not do', {
      expected: `${SHORTEST} to ${LONGEST} characters`,
      got: `${password.length}`,
      fix: 'take several words',
    });
  const salt = randomBytes(SALT);
  const key = await derived(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether it is the password; takes as long where there is none to compare with, so that nobody learns which accounts exist. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (hash ?? '').split('$');
  const cost = hash === undefined ? COST : { N: Number(N), r: Number(r), p: Number(p) };
  const found = await derived(password.slice(0, LONGEST), Buffer.from(salt, 'base64url'), cost);
  const kept = Buffer.from(key, 'base64url');
  return kept.length === found.length && timingSafeEqual(kept, found);
}

const derived = (password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> =>
  derive(password.normalize('NFKC'), salt, KEY, { ...cost, maxmem: 64 * 2 ** 20 });
