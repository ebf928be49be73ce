import { describe, expect, test } from 'vitest';
import { MediaError } from '../base/errors.ts';
import type { Ticks } from './frame.ts';
import { limitsOf } from './limits.ts';
import { decodeHeader, decodeMessage, encodeMessage, type Found, HEADER, type Message } from './protocol.ts';

const limits = limitsOf();
const bytesOf = (m: Message) => Buffer.concat(encodeMessage(m));
const read = (bytes: Buffer, at = 'clip.mp4'): Message => {
  const { is, length } = decodeHeader(bytes.subarray(0, HEADER));
  expect(bytes.length).toBe(HEADER + length);
  return decodeMessage(is, bytes.subarray(HEADER), limits, at);
};

const found: Found = {
  duration: 3.5,
  video: { codec: 'h264', width: 64, height: 48, rotation: 90, fps: 25, variable: false, timeBase: { num: 1, den: 12_800 }, frames: 7 },
  audio: { codec: 'aac', rate: 48_000, channels: 2 },
  notes: ['left out: subtitles'],
};
const shown = { index: 3, pts: -7 as Ticks, duration: 40 as Ticks, width: 64, height: 48, place: 9216 };

test.each<Message>([
  { is: 'found', found },
  { is: 'found', found: { duration: 0, notes: [] } },
  { is: 'shown', shown },
  { is: 'shown', shown: { ...shown, colours: { matrix: 1, primaries: 1, transfer: 2, full: true } } },
  { is: 'heard', heard: { samples: Float32Array.of(0.5, -1, 0, 1), channels: 2, rate: 48_000, pts: 96_000 as Ticks } },
  { is: 'beat' },
  { is: 'end', end: { short: 'the file is cut off', notes: ['no sound'] } },
  { is: 'end', end: { notes: [] } },
])('$is comes as it was said', (message) => expect(read(bytesOf(message))).toEqual(message));

test('an error comes with its parts, and with the file', () => {
  const error = new MediaError('MEDIA_NO_VIDEO', 'There is no video', { got: 'sound', fix: 'check' }, { blame: 'us' });
  const back = read(bytesOf({ is: 'failed', error }));
  expect(back).toMatchObject({
    is: 'failed',
    error: { code: 'MEDIA_NO_VIDEO', detail: { at: 'clip.mp4', got: 'sound', fix: 'check' }, blame: 'us' },
  });
  expect(back.is === 'failed' && back.error.message).toMatch(/^There is no video \[MEDIA_NO_VIDEO\]\n/);
});

describe('what a process that was taken over could say', () => {
  const header = (kind: number, length: number) => {
    const bytes = Buffer.alloc(HEADER);
    bytes.writeUInt32LE(kind, 0);
    bytes.writeUInt32LE(length, 4);
    return bytes;
  };
  const crashed = expect.objectContaining({ code: 'MEDIA_CRASHED' });
  const json = (is: Message['is'], value: unknown) => () => decodeMessage(is, Buffer.from(JSON.stringify(value)), limits, 'x');

  test('kinds and lengths that do not exist', () => {
    for (const bytes of [header(6, 0), header(0, 2 ** 31), header(1, 81), header(2, 2 ** 25)])
      expect(() => decodeHeader(bytes)).toThrow(crashed);
  });

  test.each([
    ['no JSON', () => decodeMessage('found', Buffer.from('{'), limits, 'x')],
    ['a list', json('found', [])],
    ['no duration', json('found', { notes: [] })],
    ['a negative duration', json('found', { duration: -1, notes: [] })],
    ['a video without a size', json('found', { ...found, video: { ...found.video, width: '64' } })],
    ['a rate that is none', json('found', { ...found, audio: { codec: 'aac', rate: 0.5, channels: 1 } })],
    ['notes that are none', json('end', { notes: [1] })],
    ['an error without a code', json('failed', { what: 'x', detail: {} })],
    ['half a picture', () => decodeMessage('shown', Buffer.alloc(40), limits, 'x')],
    ['half a sample', () => decodeMessage('heard', Buffer.alloc(25), limits, 'x')],
    [
      'three channels',
      () => read(bytesOf({ is: 'heard', heard: { samples: new Float32Array(3), channels: 3, rate: 1, pts: 0 as Ticks } })),
    ],
    ['a picture before the file', () => read(bytesOf({ is: 'shown', shown: { ...shown, place: -1 } }))],
    [
      'a colour that no video has',
      () => read(bytesOf({ is: 'shown', shown: { ...shown, colours: { matrix: 256, primaries: 1, transfer: 1, full: false } } })),
    ],
    ['a picture of no size', () => read(bytesOf({ is: 'shown', shown: { ...shown, width: 0 } }))],
    ['a time that is no number', () => read(bytesOf({ is: 'shown', shown: { ...shown, pts: Number.NaN as Ticks } }))],
  ])('%s', (_, say) => expect(say).toThrow(crashed));

  test('more than the limits allow', () => {
    const over = expect.objectContaining({ code: 'MEDIA_LIMIT' });
    expect(() => read(bytesOf({ is: 'shown', shown: { ...shown, width: 1e5, height: 1e5 } }))).toThrow(over);
    expect(() => read(bytesOf({ is: 'shown', shown: { ...shown, index: limits.frames } }))).toThrow(over);
    const heard = { samples: new Float32Array(1), channels: 1, rate: 1000, pts: (limits.duration * 1000) as Ticks };
    expect(() => read(bytesOf({ is: 'heard', heard }))).toThrow(over);
  });
});
