import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword, isPassword } from './password.ts';

test('the right one fits, whatever way its accents are written; another does not', async () => {
  const hash = await hashPassword('caf\u00e9 au lait, bien chaud');
  expect(hash).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await isPassword('cafe\u0301 au lait, bien chaud', hash)).toBe(true);
  expect(await isPassword('cafe au lait, bien chaud', hash)).toBe(false);
  expect(await isPassword('', undefined)).toBe(false);
});

test('what is kept is scrypt with the parameters beside it', async () => {
  const [, N, r, p, salt, key] = (await hashPassword('twelve letters')).split('$') as [string, string, string, string, string, string];
  const derived = scryptSync('twelve letters', Buffer.from(salt, 'base64url'), 32, { N: +N, r: +r, p: +p, maxmem: 2 ** 26 });
  expect(derived.toString('base64url')).toBe(key);
});
