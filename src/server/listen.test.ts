import { expect, test } from 'vitest';
import { addressOf, isLoopback } from './listen.ts';

test.each([
  ['203.0.113.9', null, '203.0.113.9'],
  ['203.0.113.9', '10.0.0.1', '203.0.113.9'], // whoever comes from outside cannot choose
  ['127.0.0.1', '10.0.0.1, 203.0.113.9', '203.0.113.9'],
  ['::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['127.0.0.1', null, '127.0.0.1'],
  ['127.0.0.1', ' ', '127.0.0.1'],
])('%s that names %s is %s', (peer, forwarded, address) => {
  expect(addressOf(peer, forwarded)).toBe(address);
});

test.each(['127.0.0.1', '::1', 'localhost'])('%s is this machine', (host) => expect(isLoopback(host)).toBe(true));
test.each(['0.0.0.0', '::', '127.0.0.1.evil.example', '', '192.168.1.4'])('%j is not', (host) => expect(isLoopback(host)).toBe(false));
