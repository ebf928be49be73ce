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
  const scaler = openScaler(av, av.SWS_BICUBIC);
  const from = coloured(av, av.Frame.fromVideoBuffer(bufferOver(planes), { ...size, format: av.AV_PIX_FMT_YUV420P }), colours);
  const to = frameOf(av, size, av.AV_PIX_FMT_RGB24);
  try {
    check(av, scaler.scaleFrameSync(to, from), 'converting the colours'); // on our own thread: nobody else holds the planes meanwhile
    return { ...size, data: to.toBuffer() };
  } finally {
    scaler.freeContext();
    from.free();
    to.free();
  }
}

/** Converts frames into others. Sizes and colours of either side are what its frame says; `flags` are how pixels are averaged, `SWS_…`. */
export function openScaler(av: Library, flags: number): Av.SoftwareScaleContext {
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  scaler.setOption('sws_flags', flags);
  return scaler;
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
