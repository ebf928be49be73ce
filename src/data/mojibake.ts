/** A text as it was meant, as far as it can be had back. */
export interface Repaired {
  readonly text: string;
  /** How often a wrong character set had been laid over it; 0 when none had. */
  readonly layers: number;
  /** Marks that were lost for good and put back from what stands around them. */
  readonly guesses: number;
}

/**
 * Repairs text that was read in the wrong character set: UTF-8 taken for Latin-1, Windows-1252 or GBK, up to four times over, and Windows-1252
 * taken for Latin-1 (MELD's `\x92`). Where a converter put `?` for half of a quotation mark or dash, the mark is put back from its surroundings, and so are
 * apostrophes (`we?re`) and the `r` that some releases of ECEM lost (`you'e`).
 *
 * Right text stays as it is. A sequence of letters and signs that could be UTF-8 is read again only when something in it cannot be spelling: a control
 * character, a sign such as `€` or `™` behind a letter like `â`, or `Ã` and `Â` before a sign. `touché”…` and `« cliché »` are valid UTF-8 by chance, and stay.
 */
export function repairText(text: string): Repaired {
  if (!SUSPICIOUS.test(text)) return { text, layers: 0, guesses: 0 };
  let [now, layers] = [text, 0];
  while (layers < MOST_LAYERS) {
    const next = fromGbk(fromLatin(now));
    if (next === now) break;
    [now, layers] = [next, layers + 1];
  }
  let guesses = 0;
  const guess = (mark: string) => {
    guesses++;
    return mark;
  };
  for (let lost = LOST.exec(now); lost !== null; lost = LOST.exec(now)) {
    const [before, after] = [now.slice(0, lost.index), now.slice(lost.index + lost[0].length)];
    now = before + guess(lostMark(before, after)) + after; // one after the other: a mark put back tells what the next one is
  }
  const single = now.replace(LONE, (sign) => CP1252[sign.charCodeAt(0) - 0x80] ?? sign);
  if (single !== now) [now, layers] = [single, layers + 1];
  now = now.replace(LOST_APOSTROPHE, () => guess('’')).replace(LOST_R, (apostrophe) => guess(`${apostrophe}r`));
  return { text: now, layers, guesses };
}

/** Whether something is left that no reading explains: control characters, replacement characters, private ones, or half of a lost sign. */
export function isUnreadable(text: string): boolean {
  return /[\u0080-\u0084\u0086-\u009f\ufffd\ue000-\uf8ff]|鈥|[ä-ï][¤-©¬-³µ¶¸¼-¾]/.test(text);
}

const MOST_LAYERS = 4;

/** Nothing of what follows can be wrong in a text without one of these. */
const SUSPICIOUS = /[\u0080-\u009fÂÃ鈥]|[Â-ô][^\p{L}\s]|[a-z]\?[a-z]|'e\b/iu;

/** What Windows-1252 has at 0x80 to 0x9f; nothing at five places. */
const CP1252: readonly (string | undefined)[] = [...'€_‚ƒ„…†‡ˆ‰Š‹Œ_Ž__‘’“”•–—˜™š›œ_žŸ'].map((sign) => (sign === '_' ? undefined : sign));
const BYTE_OF: ReadonlyMap<string, number> = new Map(CP1252.flatMap((sign, i) => (sign === undefined ? [] : [[sign, 0x80 + i] as const])));

/** Signs that do not stand behind a letter with an accent in right text; quotation marks, dashes and dots do. */
const TELLING = new Set('€ƒ„‚†‡ˆ‰•˜™');
/** Signs that do stand there, behind a word in capitals. */
const CLOSING = new Set('«»\u00a0¡¿·°ªº');

const strict = new TextDecoder('utf-8', { fatal: true });

/** The byte that a reader of Latin-1 or Windows-1252 took for this character. */
function byteOf(sign: string | undefined): number {
  if (sign === undefined) return -1;
  const code = sign.charCodeAt(0);
  return code <= 0xff ? code : (BYTE_OF.get(sign) ?? -1);
}

/** How many bytes a UTF-8 sequence has that begins with this one; 0 if none does. */
const lengthOf = (byte: number): number =>
  byte >= 0xc2 && byte <= 0xdf ? 2 : byte >= 0xe0 && byte <= 0xef ? 3 : byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;

function fromLatin(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const run = utf8RunAt(text, i);
    out += run?.read ?? text[i]!;
    i += run?.length ?? 1;
  }
  return out;
}

/** Sequences of UTF-8 that follow each other without a gap; undefined unless there are some, and one of them cannot be spelling. */
function utf8RunAt(text: string, start: number): { read: string; length: number } | undefined {
  const bytes: number[] = [];
  let sure = false;
  for (let i = start; ; ) {
    const length = lengthOf(byteOf(text[i]));
    const sequence = [...text.slice(i, i + length)];
    const codes = sequence.map(byteOf);
    if (length === 0 || sequence.length < length || codes.slice(1).some((code) => code < 0x80 || code > 0xbf)) break;
    sure ||= cannotBeSpelling(sequence, text[i - 1]);
    bytes.push(...codes);
    i += length;
  }
  if (!sure) return undefined;
  try {
    return { read: strict.decode(Uint8Array.from(bytes)), length: bytes.length };
  } catch {
    return undefined; // surrogates and overlong forms are no UTF-8
  }
}

function cannotBeSpelling([lead, ...rest]: readonly string[], before: string | undefined): boolean {
  if (rest.some((sign) => TELLING.has(sign) || /[\u0080-\u009f]/.test(sign))) return true;
  if (lead === 'ð') return rest[0] === 'Ÿ'; // pictographs
  if (lead !== 'Ã' && lead !== 'Â') return false;
  const [sign] = rest as [string];
  if (CLOSING.has(sign)) return before === undefined || !/\p{Lu}/u.test(before);
  if (/\p{L}/u.test(sign)) return lead === 'Ã' && (/\p{Ll}/u.test(sign) || /\p{Ll}$/u.test(before ?? '')); // Ãœber, StraÃŸe
  return !/[“”‘’–—…‹›]/.test(sign);
}

/**
 * General punctuation (E2 80 xx) read as GBK: 鈥 for the first two bytes, then a character that holds the third and what was next: 檓 is `’m`.
 * 鈥 (holmium) is followed by no such character in Chinese.
 */
function fromGbk(text: string): string {
  return text.replace(/鈥[\u0080-\uffff]{1,8}/gu, (run) => {
    const signs = [...run];
    for (let take = signs.length; take > 1; take--) {
      const bytes = signs.slice(0, take).map(gbkOf);
      if (bytes.includes(undefined)) continue;
      try {
        const read = strict.decode(Uint8Array.from(bytes.flatMap((pair) => pair!)));
        if (!/[\u2e80-\u9fff]/.test(read)) return read + signs.slice(take).join('');
      } catch {
        // not UTF-8: perhaps with fewer characters
      }
    }
    return run;
  });
}

let gbk: ReadonlyMap<string, readonly number[]> | undefined;

/** The two bytes of a character in GBK; there is only a decoder in the platform, so its table is turned round once (17 ms). */
function gbkOf(sign: string): readonly number[] | undefined {
  if (gbk === undefined) {
    const decoder = new TextDecoder('gbk');
    const table = new Map<string, readonly number[]>([['€', [0x80]]]);
    for (let lead = 0x81; lead < 0xff; lead++)
      for (let trail = 0x40; trail < 0xff; trail++)
        if (trail !== 0x7f) table.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    gbk = table;
  }
  return gbk.get(sign);
}

/** Two bytes of a mark, then `?` for its third and whatever stood next to it, mostly a space. */
const LOST = /(?:â[\u0080€]|鈥)\?/;
/** Not half of a sequence: those cannot be had back. */
const LONE =
  /(?<![\u0080-\u0084\u0086-\u0090\u0098-\u009f])[\u0085\u0091-\u0097]|(?<![\u0080-\u009fÂ-ô])[\u0080-\u009f](?![\u0080-\u009f])/g;
const LOST_APOSTROPHE = /(?<=[a-z])\?(?=(?:s|t|d|m|ve|re|ll)\b(?!=))/gi;
const LOST_R = /(?<=\b(?:you|we|they|there|who|what|how|where))['’](?=e\b)/gi;

/** The mark that most probably stood there, and the space (or dot) that was lost with it. */
function lostMark(before: string, after: string): string {
  const space = /^[\p{L}\p{N}“‘("'$]/u.test(after) ? ' ' : '';
  if (/(?:^|\s)$/.test(before) && after !== '') return after.startsWith('..') ? '“.' : `—${space}`;
  if (before.lastIndexOf('“') > before.lastIndexOf('”')) return `”${space}`;
  if (/(?:^|\s)‘[^’]*$/.test(before) || /\p{L}\p{L}(?:in|s)$/u.test(before)) return `’${space}`; // ‘so’, shootin’, the boys’
  return `…${space}`;
}
