/** Turns ids into text as they arrive. */
export interface TextStream {
  /** The text that became certain with this id: often a word, sometimes nothing, never half a character. */
  push(id: number): string;
  /** What was still held back; afterwards the stream can be used again. */
  end(): string;
}

/** What a decoder of unfinished UTF-8 puts at the end. */
const UNFINISHED = '\ufffd';

/**
 * A stream over `decode`, which turns a list of ids into text. Only a small window is decoded each time: the ids since the last certain
 * character, after the ids just before them, because the first word of a SentencePiece text loses its space and later ones must not.
 * What is emitted adds up to `decode(all ids)`: test/property/text.test.ts. `skip` holds ids without text,
 * `bytes` those of single bytes, whose text depends on all bytes of their run: it is held back until the run is over.
 */
export function textStream(
  decode: (ids: readonly number[]) => string,
  skip: ReadonlySet<number>,
  bytes: ReadonlySet<number> = new Set(),
): TextStream {
  let before: number[] = []; // already emitted: context only
  let fresh: number[] = [];
  let emitted = 0; // how much of the window's text is out
  return {
    push(id) {
      if (skip.has(id)) return '';
      fresh.push(id);
      if (bytes.has(id)) return '';
      const text = decode([...before, ...fresh]);
      // A character may be spread over several ids, and an id may end one character and begin the next.
      const certain = text.endsWith(UNFINISHED) ? text.length - 1 : text.length;
      const piece = text.slice(emitted, certain);
      emitted = Math.max(emitted, certain);
      if (certain === text.length && text !== '') {
        before = fresh;
        fresh = [];
        emitted = decode(before).length;
      }
      return piece;
    },
    end() {
      const piece = fresh.length === 0 ? '' : decode([...before, ...fresh]).slice(emitted);
      before = [];
      fresh = [];
      emitted = 0;
      return piece;
    },
  };
}
