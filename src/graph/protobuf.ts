/** The little of Protocol Buffers that an ONNX file needs: varints, 32-bit floats, byte strings, nested messages. */

const utf8 = new TextEncoder();

/** Collects pieces and joins them once; big byte strings are kept by reference until then. */
export class ProtoWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  private push(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  /** Negative numbers take ten bytes, as int64 asks. */
  private varint(value: bigint): this {
    const bytes: number[] = [];
    let v = BigInt.asUintN(64, value);
    while (v > 127n) {
      bytes.push(Number(v & 127n) | 128);
      v >>= 7n;
    }
    bytes.push(Number(v));
    return this.push(Uint8Array.from(bytes));
  }

  int(field: number, value: number | bigint): this {
    return this.varint(BigInt(field << 3)).varint(BigInt(value));
  }

  float(field: number, value: number): this {
    return this.varint(BigInt((field << 3) | 5)).push(new Uint8Array(new Float32Array([value]).buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.varint(BigInt((field << 3) | 2))
      .varint(BigInt(value.length))
      .push(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  message(field: number, build: (w: ProtoWriter) => unknown): this {
    const inner = new ProtoWriter();
    build(inner);
    return this.nested(field, inner);
  }

  /** A message that was collected elsewhere. */
  nested(field: number, inner: ProtoWriter): this {
    this.varint(BigInt((field << 3) | 2)).varint(BigInt(inner.length));
    for (const part of inner.parts) this.push(part);
    return this;
  }

  /** Bytes so far, without joining them. */
  get size(): number {
    return this.length;
  }

  done(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
