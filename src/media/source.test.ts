import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { limitsOf, within } from './limits.ts';
import { sniff } from './sniff.ts';
import { openSource } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-source-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const named = async (bytes: Buffer) => sniff(async (offset, length) => bytes.subarray(offset, offset + length));

/** The beginning of a file: text, or bytes in hexadecimal, one after the other. */
const begin = (...parts: (string | number[])[]) =>
  Buffer.concat([...parts.map((p) => Buffer.from(p as string, 'latin1')), Buffer.alloc(64)]);
const packets = (size: number, from: number) => {
  const bytes = Buffer.alloc(size * 5);
  for (let i = from; i < bytes.length; i += size) bytes[i] = 0x47;
  return bytes;
};
/** MPEG 1 layer III, 128 kbit/s, 44.1 kHz: a frame is 417 bytes. */
const MP3 = [0xff, 0xfb, 0x90, 0x00];
const mp3 = (before: Buffer) => {
  const bytes = Buffer.alloc(before.length + 900);
  before.copy(bytes);
  bytes.set(MP3, before.length);
  bytes.set(MP3, before.length + 417);
  return bytes;
};
const id3 = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x02\x01', 'latin1'), Buffer.alloc(257)]); // 2 · 128 + 1 bytes

describe('by content', () => {
  test.each([
    ['mp4', 'mov', begin([0, 0, 0, 24], 'ftypisom')],
    ['mov', 'mov', begin([0, 0, 0, 24], 'ftypqt  ')],
    ['mov', 'mov', begin([0, 0, 0, 8], 'wide')],
    ['m4a', 'mov', begin([0, 0, 0, 24], 'ftypM4A ')],
    ['webm', 'matroska', begin([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x82, 0x84], 'webm')],
    ['mkv', 'matroska', begin([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x82, 0x88], 'matroska')],
    ['avi', 'avi', begin('RIFF', [1, 2, 3, 4], 'AVI ')],
    ['wav', 'wav', begin('RIFF', [1, 2, 3, 4], 'WAVE')],
    ['ogg', 'ogg', begin('OggS')],
    ['flac', 'flac', begin('fLaC')],
    ['ts', 'mpegts', packets(188, 0)],
    ['ts', 'mpegts', packets(192, 4)],
    ['mp3', 'mp3', mp3(Buffer.alloc(0))],
    ['mp3', 'mp3', mp3(id3)],
    ['mp3', 'mp3', mp3(Buffer.concat([id3, id3]))],
  ])('%s', async (name, demuxer, bytes) => expect(await named(bytes)).toMatchObject({ name, demuxer }));

  test.each([
    ['a playlist (HLS), which only names other files', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
    ['a list for FFmpeg’s concat, which only names other files', Buffer.from('ffconcat version 1.0\nfile /etc/passwd\n')],
    ['a JPEG picture', begin([0xff, 0xd8, 0xff, 0xe0])],
    ['a PNG picture', begin([0x89], 'PNG')],
    ['a WebP picture', begin('RIFF', [1, 2, 3, 4], 'WEBP')],
    ['an HTML or XML page', Buffer.from('<!doctype html><p>404</p>')],
    ['text', Buffer.from('no video at all')],
    ['bytes of an unknown kind', Buffer.alloc(64)],
    ['bytes of an unknown kind', Buffer.from('short')],
    ['bytes of an unknown kind', Buffer.from(MP3)], // one frame proves nothing
  ])('%s', async (seems, bytes) => expect(await named(bytes)).toEqual({ seems }));
});

describe('openSource', () => {
  const open = async (path: string, some = {}) => {
    const source = await openSource(path, limitsOf(some));
    await source.close();
    return source;
  };
  const good = () => file('clip.txt', begin([0, 0, 0, 24], 'ftypisom'));

  test('gives the container and the size, whatever the name', async () => {
    expect(await open(good())).toMatchObject({ container: { name: 'mp4' }, bytes: 76 });
  });

  test('says what is wrong', async () => {
    mkdirSync(join(folder, 'sub'));
    const wrong: [string, string, string][] = [
      [join(folder, 'none.mp4'), 'MEDIA_FILE', 'no such file'],
      [join(folder, 'sub'), 'MEDIA_FILE', 'a folder'],
      [file('empty.mp4', ''), 'MEDIA_EMPTY', '0 bytes'],
      [file('text.mp4', 'words, nothing but words'), 'MEDIA_FORMAT', 'text'],
    ];
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      wrong.push([join(folder, 'fifo'), 'MEDIA_FILE', 'a device, pipe or socket']);
      wrong.push(['/dev/zero', 'MEDIA_FILE', 'a device, pipe or socket']);
    }
    for (const [path, code, got] of wrong) await expect(open(path)).rejects.toMatchObject({ code, detail: { at: path, got } });
    await expect(open('https://example.org/clip.mp4')).rejects.toMatchObject({ detail: { fix: expect.stringContaining('download') } });
    await expect(open(good(), { bytes: 10 })).rejects.toMatchObject({ code: 'MEDIA_LIMIT' });
  });

  test('an error never holds what is in the file', async () => {
    const secret = file('secret.mp4', '#EXTM3U\nhttps://example.org/?token=hush\n');
    await expect(open(secret)).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining('hush') }));
  });
});

describe('limits', () => {
  test('some are changed, others stay', () => expect(limitsOf({ pixels: 100 })).toMatchObject({ pixels: 100, streams: 64 }));
  test.each([{ pixels: 0 }, { pixels: Number.NaN }, { stall: -1 }, { pixel: 5 } as object])('%o is none', (some) =>
    expect(() => limitsOf(some)).toThrow(expect.objectContaining({ code: 'MEDIA_OPTION' })),
  );
  test('what is no number is over every limit', () => {
    expect(() => within(limitsOf(), 'duration', Number.NaN)).toThrow(expect.objectContaining({ code: 'MEDIA_LIMIT' }));
    expect(() => within(limitsOf(), 'frames', limitsOf().frames)).not.toThrow();
  });
});
