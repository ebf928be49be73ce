/** The little of Protocol Buffers that a SentencePiece model needs: the fields of one message, in order. */

/** A field: its number, and its value as a varint or as the bytes of a string, a message or a float. */
export interface Field {
  readonly id: number;
  /** Of a varint; 0 where the field is bytes. Beyond 2⁵³ inexact: no field that we read is that large. */
  readonly int: number;
  /** Of a string, a message, or a fixed 32 or 64 bits; a view of the file, not a copy. */
  readonly bytes: Uint8Array;
}

const NONE = new Uint8Array(0);
/** Bytes of the fixed wire types. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * Fields of a message. @throws whatever `refuse` makes of the words, where the bytes are not a message: cut off, or of a wire type that nobody writes any more.
 * Source: protobuf.dev, "Encoding".
 */
export function* fields(bytes: Uint8Array, refuse: (got: string) => Error): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (let n = 0; n < 10; n++) {
      const byte = bytes[at++];
      if (byte === undefined) throw refuse('a number that is cut off');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw refuse('a number of more than ten bytes');
  };
  while (at < bytes.length) {
    const key = varint();
    const [id, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) {
      yield { id, int: varint(), bytes: NONE };
      continue;
    }
    const length = wire === 2 ? varint() : FIXED[wire];
    if (length === undefined) throw refuse(`a field of wire type ${wire}`);
    if (length > bytes.length - at) throw refuse(`a field of ${length} bytes, of which ${bytes.length - at} are there`);
    yield { id, int: 0, bytes: bytes.subarray(at, at + length) };
    at += length;
  }
}
