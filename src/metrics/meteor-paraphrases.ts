import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { FameError } from '../base/errors.ts';
import { type Find, finder, type PhraseTables } from './meteor-finder.ts';
import { createPhraseTree, createVocabulary, grown, HASH_START, hashByte, shared } from './meteor-phrases.ts';

/** METEOR's table of phrases that mean the same, in memory: about 130 MB for the 5.3 million pairs of `paraphrase-en.gz`. */
export interface Paraphrases {
  /** First 12 hexadecimal digits of the file's SHA-256. */
  readonly hash: string;
  readonly pairs: number;
  /** Words of all phrases. */
  readonly words: number;
  /** The number of a word in the table, or −1. */
  word(text: string): number;
  readonly find: Find;
  /** What `find` reads, in memory that threads share: `finder(tables)` of another thread finds the same. */
  readonly tables: PhraseTables;
}

const LINE_END = 10;

/**
 * Reads a gzip-compressed paraphrase table: triples of lines (probability, phrase, paraphrase), words parted by spaces. The compressed file is
 * streamed; what is kept is two bytes a word (four beyond 65 536 different words) and about 30 bytes a phrase. Takes some seconds for the English table.
 * Throws METEOR_TABLE when the file is not such a table, and FILE_MISSING.
 */
export async function openParaphrases(file: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Paraphrases> {
  const table = createBuilder(file);
  const sha = createHash('sha256');
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  source.on('data', (chunk) => sha.update(chunk));
  const lines = createGunzip({ chunkSize: 1 << 20 });
  source.on('error', (error) => lines.destroy(error));
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of source.pipe(lines) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(LINE_END) + 1;
      table.lines(bytes.subarray(0, end));
      rest = bytes.subarray(end);
    }
    if (rest.length > 0) table.lines(Buffer.concat([rest, Buffer.from('\n')]));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (cause instanceof FameError || !/^(?:Z_|ERR_ZLIB|ENOENT)/.test(code)) throw cause;
    if (code !== 'ENOENT') throw wrong(file, `damaged gzip data (${code})`, cause);
    const fix =
      'it is in the Python package pycocoevalcap, as meteor/data/paraphrase-en.gz; without it METEOR runs and says `paraphrase:none`';
    throw new FameError('FILE_MISSING', 'A file is missing', { at: file, got: 'no such file', fix }, { cause });
  } finally {
    source.destroy();
    lines.destroy();
  }
  return table.finish(sha.digest('hex').slice(0, 12));
}

function wrong(file: string, got: string, cause?: unknown): FameError {
  const expected = 'a .gz file whose lines come in threes: probability, phrase, paraphrase';
  return new FameError(
    'METEOR_TABLE',
    'This is not a table of paraphrases',
    { at: file, expected, got, fix: 'download it again' },
    { cause },
  );
}

function createBuilder(file: string) {
  const vocabulary = createVocabulary();
  const tree = createPhraseTree();
  // Paraphrases one after another, each as its length and its words. A group is a stretch of them that belong to one phrase.
  let stream: Uint16Array | Int32Array = new Uint16Array(1 << 16);
  let used = 0;
  let groupStart = new Int32Array(1 << 10);
  let groupNext = new Int32Array(1 << 10); // another group of the same phrase, if the table comes back to it
  let groups = 0;
  let firstGroup = new Int32Array(1 << 10).fill(-1);
  let lastPhrase = new Uint8Array(0); // the table repeats a phrase for each of its paraphrases
  let ids = new Int32Array(16); // words of the current line
  let count = 0;
  let line = 0;
  let pairs = 0;

  /** Reads words up to the end of the line into `ids`; gives the place of the line's end. */
  const words = (bytes: Uint8Array, from: number): number => {
    count = 0;
    for (let i = from; ; ) {
      let byte = bytes[i]!;
      while (byte === 32 || byte === 9 || byte === 13 || byte === 12) byte = bytes[++i]!;
      if (byte === LINE_END) return i;
      const start = i;
      let hash = HASH_START;
      while (byte > 32 || (byte !== 32 && byte !== LINE_END && byte !== 9 && byte !== 13 && byte !== 12)) {
        hash = hashByte(hash, byte);
        byte = bytes[++i]!;
      }
      if (count === ids.length) ids = grown(ids, count + 1);
      ids[count++] = vocabulary.add(bytes, start, i, hash);
    }
  };
  const addPhrase = () => {
    let node = 0;
    for (let k = 0; k < count; k++) node = tree.extend(node, ids[k]!);
    if (node === 0) throw wrong(file, `no phrase in line ${line + 1}`);
    while (firstGroup.length < tree.nodes) {
      const larger = new Int32Array(firstGroup.length * 2).fill(-1);
      larger.set(firstGroup);
      firstGroup = larger;
    }
    groupStart = grown(groupStart, groups + 2);
    groupNext = grown(groupNext, groups + 1);
    groupStart[groups] = used;
    groupNext[groups] = -1;
    let tail = firstGroup[node]!;
    if (tail < 0) firstGroup[node] = groups;
    else {
      while (groupNext[tail]! >= 0) tail = groupNext[tail]!;
      groupNext[tail] = groups;
    }
    groups++;
  };
  const addParaphrase = () => {
    if (count === 0) throw wrong(file, `no paraphrase in line ${line + 1}`);
    if (vocabulary.size > 0x10000 && stream instanceof Uint16Array) stream = Int32Array.from(stream);
    stream = grown(stream, used + count + 1);
    stream[used++] = count;
    for (let k = 0; k < count; k++) stream[used++] = ids[k]!;
    pairs++;
  };

  return {
    /** Whole lines, any number. */
    lines(bytes: Uint8Array): void {
      for (let i = 0; i < bytes.length; i++, line++) {
        const kind = line % 3;
        if (kind === 0) {
          if (!isNumber(bytes[i]!)) throw wrong(file, `no probability in line ${line + 1}`);
          while (bytes[i] !== LINE_END) i++;
        } else if (kind === 2) {
          i = words(bytes, i);
          addParaphrase();
        } else {
          const end = i + lastPhrase.length;
          if (groups > 0 && bytes[end] === LINE_END && startsWith(bytes, i, lastPhrase)) i = end;
          else {
            const start = i;
            i = words(bytes, i);
            lastPhrase = bytes.slice(start, i);
            addPhrase();
          }
        }
      }
    },
    finish(hash: string): Paraphrases {
      if (line === 0 || line % 3 !== 0) throw wrong(file, `${line} lines`);
      groupStart[groups] = used;
      const { parents, words, children } = tree.tree();
      const tables: PhraseTables = {
        vocabulary: vocabulary.size,
        tree: { parents: shared(parents), words: shared(words), children: shared(children) },
        firstGroup: shared(firstGroup, tree.nodes),
        groupNext: shared(groupNext, groups),
        groupStart: shared(groupStart, groups + 1),
        stream: shared(stream, used),
      };
      return { hash, pairs, words: vocabulary.size, word: (text) => vocabulary.find(text), find: finder(tables), tables };
    },
  };
}

function startsWith(bytes: Uint8Array, from: number, start: Uint8Array): boolean {
  for (let k = 0; k < start.length; k++) if (bytes[from + k] !== start[k]) return false;
  return true;
}

/** Whether a line may begin a number: a digit, a sign or a dot. */
const isNumber = (byte: number) => (byte >= 48 && byte <= 57) || byte === 45 || byte === 43 || byte === 46;
