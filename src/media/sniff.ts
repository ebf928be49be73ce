/** Bytes of a file from `offset`, at most `length`: fewer only at its end. */
export type Peek = (offset: number, length: number) => Promise<Buffer>;

/** What a file is by its content. */
export interface Container {
  /** As people call it: 'mp4', 'webm', … */
  readonly name: string;
  /** The only reader of FFmpeg that may open it. */
  readonly demuxer: string;
  /** The container's clock starts anywhere, so the first moment is our zero. Others have a zero of their own. */
  readonly floating: boolean;
}

const container = (name: string, demuxer = name, floating = false): Container => ({ name, demuxer, floating });

const HEAD = 4096;
const TS_PACKET = 188;
const M2TS_PACKET = 192;

const ascii = (head: Buffer, at: number, text: string) => head.toString('latin1', at, at + text.length) === text;

/** The brands of ISO 14496-12 that people have other names for; any other is an mp4. */
const BRANDS: Readonly<Record<string, string>> = { 'qt  ': 'mov', 'M4A ': 'm4a', 'M4B ': 'm4a', '3gp4': '3gp', '3gp5': '3gp' };
/** Boxes that a QuickTime file without a brand may begin with. */
const OLD_BOXES = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

/** Tried in this order. `undefined`: not this one. */
const READERS: readonly ((head: Buffer, peek: Peek) => Container | undefined | Promise<Container | undefined>)[] = [
  (head) => (ascii(head, 4, 'ftyp') ? container(BRANDS[head.toString('latin1', 8, 12)] ?? 'mp4', 'mov') : undefined),
  (head) => (OLD_BOXES.some((box) => ascii(head, 4, box)) ? container('mov') : undefined),
  (head) => (head.length > 4 && head.readUInt32BE(0) === 0x1a45dfa3 ? ebml(head) : undefined),
  (head) => (ascii(head, 0, 'RIFF') && ascii(head, 8, 'AVI ') ? container('avi') : undefined),
  (head) => ((ascii(head, 0, 'RIFF') || ascii(head, 0, 'RF64')) && ascii(head, 8, 'WAVE') ? container('wav') : undefined),
  (head) => (ascii(head, 0, 'OggS') ? container('ogg') : undefined),
  (head) => (ascii(head, 0, 'fLaC') ? container('flac') : undefined),
  (head) => (everyPacket(head, 0, TS_PACKET) || everyPacket(head, 4, M2TS_PACKET) ? container('ts', 'mpegts', true) : undefined),
  afterTag,
];

/** Matroska's DocType element (id 0x4282) stands in the header: `webm` or `matroska`. */
function ebml(head: Buffer): Container | undefined {
  const header = head.subarray(0, 256).toString('latin1');
  const type = /B\x82[\x80-\xff](webm|matroska)/.exec(header)?.[1];
  return type === undefined ? undefined : container(type === 'webm' ? 'webm' : 'mkv', 'matroska');
}

/** MPEG transport streams have no header: each packet begins with 0x47. */
function everyPacket(head: Buffer, from: number, size: number): boolean {
  if (head.length < from + 3 * size) return false;
  for (let i = from; i < head.length; i += size) if (head[i] !== 0x47) return false;
  return true;
}

/** MP3 begins with a frame, or with an ID3 tag and then a frame; the frame must be followed by another. */
async function afterTag(head: Buffer, peek: Peek): Promise<Container | undefined> {
  let at = 0;
  for (let tags = 0; tags < 4; tags++) {
    const tag = at === 0 ? head : await peek(at, 10);
    if (tag.length < 10 || !ascii(tag, 0, 'ID3')) break;
    if (tag.subarray(6, 10).some((b) => b > 127)) return undefined; // four times seven bits
    at += 10 + ((tag[6]! << 21) | (tag[7]! << 14) | (tag[8]! << 7) | tag[9]!);
  }
  const first = mp3FrameLength(at === 0 ? head : await peek(at, 4));
  return first !== undefined && mp3FrameLength(await peek(at + first, 4)) !== undefined ? container('mp3', 'mp3', true) : undefined;
}

const MP3_KBITS: Readonly<Record<'1' | '2', readonly number[]>> = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], // MPEG 1 layer III
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160], // MPEG 2 and 2.5 layer III
};
const MP3_RATES = [44_100, 48_000, 32_000];

/** The length of the layer III frame that begins here, or undefined (ISO 11172-3, 2.4.1.3). */
function mp3FrameLength(head: Buffer): number | undefined {
  if (head.length < 4 || head[0] !== 0xff || (head[1]! & 0xe6) !== 0xe2) return undefined; // sync, layer III
  const version = (head[1]! >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const kbits = MP3_KBITS[version === 3 ? 1 : 2][head[2]! >> 4];
  const rate = MP3_RATES[(head[2]! >> 2) & 3];
  if (version === 1 || !kbits || !rate) return undefined;
  const divided = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  return Math.floor(((version === 3 ? 144 : 72) * kbits * 1000) / divided) + ((head[2]! >> 1) & 1);
}

/** What people hand in by mistake, or others on purpose: named in the error. Never with the file's own words, which may be secret. */
const OTHERS: readonly (readonly [string, (head: Buffer) => boolean])[] = [
  ['a playlist (HLS), which only names other files', (h) => h.toString('latin1').trimStart().startsWith('#EXTM3U')],
  ['a list for FFmpeg’s concat, which only names other files', (h) => h.toString('latin1').trimStart().startsWith('ffconcat')],
  ['a JPEG picture', (h) => h.readUInt16BE(0) === 0xffd8],
  ['a PNG picture', (h) => ascii(h, 1, 'PNG')],
  ['a GIF animation', (h) => ascii(h, 0, 'GIF8')],
  ['a WebP picture', (h) => ascii(h, 0, 'RIFF') && ascii(h, 8, 'WEBP')],
  ['a WMV, WMA or ASF file', (h) => h.readUInt32BE(0) === 0x3026b275],
  ['an FLV file', (h) => ascii(h, 0, 'FLV')],
  ['an MPEG program stream', (h) => h.readUInt32BE(0) === 0x000001ba],
  ['a zip archive', (h) => ascii(h, 0, 'PK')],
  ['a PDF', (h) => ascii(h, 0, '%PDF')],
  ['an HTML or XML page', (h) => h.toString('latin1').trimStart().startsWith('<')],
  ['text', (h) => h.every((b) => b >= 32 || (b >= 9 && b <= 13))],
];

/** The names of all containers that `sniff` knows, for messages. */
export const KNOWN = 'mp4, mov, m4a, mkv, webm, avi, ts, wav, mp3, flac or ogg';

/** The container by the file's first bytes, never by its name; or, in words, what else it seems to be. */
export async function sniff(peek: Peek): Promise<Container | { readonly seems: string }> {
  const head = await peek(0, HEAD);
  for (const read of READERS) {
    const found = await read(head, peek);
    if (found) return found;
  }
  return { seems: (head.length >= 12 && OTHERS.find(([, is]) => is(head))?.[0]) || 'bytes of an unknown kind' };
}
