import { expect, test } from 'vitest';
import { limiter, RATES } from './rate.ts';

test('so many at once, then one by one, each for itself', () => {
  let now = 0;
  const limit = limiter(() => now);
  for (let i = 0; i < RATES.login.burst; i++) limit('login', 'a');
  expect(() => limit('login', 'a')).toThrow(/\[SERVER_RATE\][\s\S]*in 90 s/);
  limit('login', 'b');
  limit('write', 'a');
  now += 90_000;
  limit('login', 'a');
  expect(() => limit('login', 'a')).toThrow(/\[SERVER_RATE\]/);
  now += 1e9; // a long rest gives no more than a full bucket
  for (let i = 0; i < RATES.login.burst; i++) limit('login', 'a');
  expect(() => limit('login', 'a')).toThrow();
});

test('a clock that goes backwards gives nothing', () => {
  let now = 1e6;
  const limit = limiter(() => now);
  for (let i = 0; i < RATES.login.burst; i++) limit('login', 'a');
  now = 0;
  expect(() => limit('login', 'a')).toThrow();
});
