import { type Av, check, type Library, quietAv } from './av.ts';
import type { Picture } from './picture.ts';
import { type Colours, type Image, isPlanes } from './planes.ts';

/** The same memory as a Buffer. FFmpeg's frames only point at it: keep it until they are free. */
export const bufferOver = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** Red, green and blue of a picture, as decoding gives them. */
export async function pictureOf(image: Image): Promise<Picture> {
  if (!isPlanes(image)) return image;
  const av = await quietAv();
  const { width, height, planes, colours } = image;
  const size = { width, height };
  const converter = openConverter(av, av.SWS_BICUBIC);
  const from = coloured(av, av.Frame.fromVideoBuffer(bufferOver(planes), { ...size, format: av.AV_PIX_FMT_YUV420P }), colours);
  let to: Av.Frame | undefined;
  try {
    to = await converter.convert(from, frameOf(av, size, av.AV_PIX_FMT_RGB24));
    return { ...size, data: to.toBuffer() };
  } finally {
    from.free();
    to?.free();
    converter.close();
  }
}

/** Converts frames into others of the same size. One call at a time. */
export interface Converter {
  convert(from: Av.Frame, to: Av.Frame): Promise<Av.Frame>;
  close(): void;
}

/** `flags`: how colours are averaged, `SWS_…`. The colours of either side are what its frame says. */
export function openConverter(av: Library, flags: number): Converter {
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  scaler.setOption('sws_flags', flags);
  return {
    async convert(from, to) {
      check(av, await scaler.scaleFrame(to, from), 'converting the colours');
      return to;
    },
    close: () => scaler.freeContext(),
  };
}

/** An empty frame with room for a picture. */
export function frameOf(
  av: Library,
  { width, height }: { readonly width: number; readonly height: number },
  format: Av.Frame['format'],
): Av.Frame {
  const frame = new av.Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  check(av, frame.getBuffer(), 'making room for a picture');
  return frame;
}

/** The frame, whose numbers mean these colours from now on. */
export function coloured<T extends Av.Frame | Av.CodecContext>(av: Library, of: T, { matrix, primaries, transfer, full }: Colours): T {
  of.colorSpace = matrix as typeof of.colorSpace;
  of.colorPrimaries = primaries as typeof of.colorPrimaries;
  of.colorTrc = transfer as typeof of.colorTrc;
  of.colorRange = full ? av.AVCOL_RANGE_JPEG : av.AVCOL_RANGE_MPEG;
  return of;
}
