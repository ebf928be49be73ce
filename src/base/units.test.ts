import { expect, test } from 'vitest';
import { showBytes, showSeconds } from './units.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1536, '1.5 kB'],
  [999_949, '999.9 kB'],
  [999_960, '1.0 MB'],
  [13_476_849_664, '13.5 GB'],
])('%i bytes are shown as %s', (bytes, shown) => expect(showBytes(bytes)).toBe(shown));

test.each([
  [0, '0:00'],
  [59.6, '1:00'],
  [75, '1:15'],
  [3675, '1:01:15'],
])('%d seconds are shown as %s', (seconds, shown) => expect(showSeconds(seconds)).toBe(shown));
