/** Broken and hostile files, made by script from a good one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../../src/base/random.ts';

/** A file and, where there is only one right answer, the code of its error. */
export interface Hostile {
  readonly name: string;
  readonly path: string;
  /** Codes that `decode` may end with; undefined: it may also end well. */
  readonly codes: readonly (string | undefined)[];
}

/** Codes for a file that was whole before: it gives what it can, or says why not. */
const DAMAGE = [
  undefined,
  'MEDIA_DAMAGED',
  'MEDIA_TRUNCATED',
  'MEDIA_NO_VIDEO',
  'MEDIA_NO_FRAMES',
  'MEDIA_NO_STREAM',
  'MEDIA_LIMIT',
  'MEDIA_FORMAT',
];

/** The place of a box's type in an mp4, the first one. */
function boxAt(bytes: Buffer, type: string): number {
  const at = bytes.indexOf(type, 0, 'latin1');
  if (at < 0) throw new Error(`the file has no ${type}`);
  return at;
}

/** A box of ISO 14496-12 around bytes. */
const box = (type: string, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};

/** Files made of `good` (an mp4 with its index in front) and `film` (the same in Matroska), and lists that name other files and `url`. */
export function hostileFiles(folder: string, good: string, film: string, avi: string, url: string): Hostile[] {
  const mp4 = readFileSync(good);
  const list: Hostile[] = [];
  const add = (name: string, bytes: Uint8Array | string, codes: readonly (string | undefined)[]) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    list.push({ name, path, codes });
  };
  const changed = (from: Buffer, change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(from);
    change(bytes);
    return bytes;
  };

  for (const part of [0.02, 0.3, 0.9]) add(`cut${part}.mp4`, mp4.subarray(0, Math.floor(mp4.length * part)), DAMAGE);
  for (const [kind, file] of [
    ['mkv', film],
    ['avi', avi],
  ] as const) {
    const bytes = readFileSync(file);
    add(`cut.${kind}`, bytes.subarray(0, Math.floor(bytes.length * 0.6)), DAMAGE);
  }
  const index = boxAt(mp4, 'moov') - 4;
  const media = index + mp4.readUInt32BE(index);
  add('interrupted.mp4', Buffer.concat([mp4.subarray(0, index), mp4.subarray(media, media + 50_000)]), ['MEDIA_TRUNCATED']);
  const r = random(20_261_124);
  for (const [kind, file] of [
    ['mp4', good],
    ['mkv', film],
    ['avi', avi],
  ] as const) {
    for (let k = 0; k < 3; k++) {
      const flipped = changed(readFileSync(file), (bytes) => {
        const flips = [3, 40, 400][k]!;
        for (let i = 0; i < flips; i++) bytes[64 + r.below(bytes.length - 64)]! ^= 1 << r.below(8);
      });
      add(`flipped${k}.${kind}`, flipped, DAMAGE);
    }
  }

  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXTINF:1,\n${url}/a.ts\n#EXT-X-ENDLIST\n`;
  add('list.mp4', playlist, ['MEDIA_FORMAT']);
  add('call.mp4', `ffconcat version 1.0\nfile ${url}/f.ts\n`, ['MEDIA_FORMAT']);
  add('concat.mp4', `ffconcat version 1.0\nfile /etc/passwd\nfile ${url}/b.mp4\n`, ['MEDIA_FORMAT']);
  add('dash.mp4', `<?xml version="1.0"?><MPD><Period><BaseURL>${url}/c.mp4</BaseURL></Period></MPD>`, ['MEDIA_FORMAT']);
  add('sdp.mp4', `v=0\nm=video 5004 RTP/AVP 96\nc=IN IP4 127.0.0.1\n`, ['MEDIA_FORMAT']);
  // A list behind the head of an mp4: whoever looks again, with another eye, sees the list.
  add('polyglot.mp4', Buffer.concat([box('ftyp', Buffer.from('isom')), Buffer.from(playlist)]), ['MEDIA_TRUNCATED']);
  add('reference.mov', external(mp4, `file:///etc/passwd`), DAMAGE);
  add('reference-http.mov', external(mp4, `${url}/d.mov`), DAMAGE);

  add(
    'years.mp4',
    changed(mp4, (bytes) => {
      for (const type of ['mvhd', 'mdhd']) bytes.writeUInt32BE(0xfffffff0, boxAt(bytes, type) + 20);
      bytes.writeUInt32BE(0x7ffffff0, boxAt(bytes, 'stts') + 16); // ticks of each of the first pictures
      bytes.write('free', boxAt(bytes, 'edts'), 'latin1'); // else the edit list ends the video after a second
    }),
    ['MEDIA_LIMIT'],
  );
  add(
    'huge.mp4',
    changed(mp4, (bytes) => {
      bytes.writeUInt16BE(65_535, boxAt(bytes, 'avc1') + 28);
      bytes.writeUInt16BE(65_535, boxAt(bytes, 'avc1') + 30);
    }),
    DAMAGE,
  );
  add('huge.mkv', changed(readFileSync(film), widenMatroska), ['MEDIA_LIMIT', 'MEDIA_DAMAGED']);
  add(
    'huge.avi',
    changed(readFileSync(avi), (bytes) => {
      bytes.writeInt32LE(60_000, boxAt(bytes, 'strf') + 12);
      bytes.writeInt32LE(60_000, boxAt(bytes, 'strf') + 16);
    }),
    ['MEDIA_LIMIT'],
  );
  add(
    'samples.mp4',
    changed(mp4, (bytes) => bytes.writeUInt32BE(0x7fffffff, boxAt(bytes, 'stsz') + 12)),
    DAMAGE,
  );
  add(
    'table.mp4',
    changed(mp4, (bytes) => bytes.writeUInt32BE(0x7fffffff, boxAt(bytes, 'stts') + 8)),
    DAMAGE,
  );
  add('empty.mp4', '', ['MEDIA_EMPTY']);
  add('text.mp4', 'There is no video in this file, only words.\n', ['MEDIA_FORMAT']);
  add('picture.mp4', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), ['MEDIA_FORMAT']);
  add('zeros.mp4', Buffer.alloc(100_000), ['MEDIA_FORMAT']);

  mkdirSync(join(folder, 'folder.mp4'));
  list.push({ name: 'folder', path: join(folder, 'folder.mp4'), codes: ['MEDIA_FILE'] });
  list.push({ name: 'missing', path: join(folder, 'nothing.mp4'), codes: ['MEDIA_FILE'] });
  list.push({ name: 'a remote address', path: `${url}/e.mp4`, codes: ['MEDIA_FILE'] });
  if (process.platform !== 'win32') {
    execFileSync('mkfifo', [join(folder, 'fifo.mp4')]);
    list.push({ name: 'fifo', path: join(folder, 'fifo.mp4'), codes: ['MEDIA_FILE'] });
  }
  return list;
}

/** The movie with a data reference that names another file instead of itself (ISO 14496-12, 8.7.2). All boxes around it grow. */
function external(mp4: Buffer, target: string): Buffer {
  const at = boxAt(mp4, 'dref') - 4;
  const size = mp4.readUInt32BE(at);
  const entry = box('url ', Buffer.from([0, 0, 0, 0]), Buffer.from(`${target}\0`, 'latin1'));
  const alias = box('alis', Buffer.from([0, 0, 0, 0]), aliasOf(target));
  const other = box('dref', Buffer.from([0, 0, 0, 0, 0, 0, 0, 2]), alias, entry);
  const bytes = Buffer.concat([mp4.subarray(0, at), other, mp4.subarray(at + size)]);
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'dinf']) {
    const outer = boxAt(bytes, type) - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(outer) + other.length - size, outer);
  }
  // The media have moved, too: whoever does not follow the reference finds them where they were.
  for (let stco = bytes.indexOf('stco', 0, 'latin1'); stco >= 0; stco = bytes.indexOf('stco', stco + 4, 'latin1')) {
    for (let i = 0; i < bytes.readUInt32BE(stco + 8); i++) {
      const place = stco + 12 + 4 * i;
      bytes.writeUInt32BE(bytes.readUInt32BE(place) + other.length - size, place);
    }
  }
  return bytes;
}

/** A QuickTime alias record with the path as its last item (type 2: absolute, with volume and folder names before). */
function aliasOf(target: string): Buffer {
  const path = Buffer.from(target.replace(/^file:\/\//, ''), 'latin1');
  const fixed = Buffer.alloc(150);
  const item = Buffer.alloc(4);
  item.writeUInt16BE(2, 0);
  item.writeUInt16BE(path.length, 2);
  const end = Buffer.from([0xff, 0xff, 0, 0]);
  return Buffer.concat([fixed, item, path, path.length % 2 ? Buffer.alloc(1) : Buffer.alloc(0), end]);
}

/** PixelWidth (0xB0) and PixelHeight (0xBA) become 65535 × 65535; the film must be so large that two bytes hold each. */
function widenMatroska(bytes: Buffer): void {
  for (const id of [0xb0, 0xba]) {
    const at = bytes.indexOf(Buffer.from([id, 0x82]));
    if (at < 0) throw new Error('the film is too small');
    bytes.writeUInt16BE(0xffff, at + 2);
  }
}
