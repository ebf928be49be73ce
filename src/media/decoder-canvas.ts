import { MediaError } from '../base/errors.ts';
import type { Av } from './av.ts';
import { openScaler } from './colour.ts';
import { storedOrientation } from './decoder-look.ts';
import type { Opened, Stream } from './decoder-streams.ts';
import { within } from './limits.ts';
import { isSideways, orientationOf, pixelShape, shownSize, turned, UPRIGHT } from './orientation.ts';
import { type Image, type Planes, planeSizes, planesLength } from './planes.ts';
import type { Request } from './protocol.ts';

/** Turns frames into pictures, all of the size that the first one has on the screen. */
export interface Canvas {
  /** The frame as it is shown. Its bytes may be overwritten by the next one. */
  draw(frame: Av.Frame): Image;
  readonly notes: readonly string[];
  close(): void;
}

/**
 * Colours and their ranges are the frame's own, as the ffmpeg command has them. `maxSide` bounds the longer side. `planes`: a frame that has the form of
 * `Planes`, and is shown as it is stored, is not turned into red, green and blue.
 */
export function openCanvas(
  { av }: Opened,
  { stream }: Stream,
  { limits }: Request,
  { maxSide, planes = false }: { readonly maxSide?: number | undefined; readonly planes?: boolean | undefined },
): Canvas {
  const scaler = openScaler(av, av.SWS_BICUBIC);
  const to = new av.Frame();
  to.alloc();
  const notes: string[] = [];
  let stored: { width: number; height: number } | undefined; // of the first frame
  let data: Buffer; // of `to`: asked for once, because V8 counts it as new memory each time
  let copy: Buffer | undefined; // of planes
  let orientation = UPRIGHT;
  const begin = (frame: Av.Frame) => {
    const { width, height } = frame;
    stored = { width, height };
    const matrix = frame.getSideData(av.AV_FRAME_DATA_DISPLAYMATRIX);
    orientation = (matrix && orientationOf(matrix)) ?? storedOrientation(av, stream);
    const shape = pixelShape(stream.sampleAspectRatio, frame.sampleAspectRatio);
    const shown = shownSize(width, height, shape, orientation, maxSide);
    within(limits, 'pixels', shown.width * shown.height);
    [to.width, to.height] = isSideways(orientation) ? [shown.height, shown.width] : [shown.width, shown.height];
    to.format = av.AV_PIX_FMT_RGB24;
    usable(to.getBuffer());
    data = to.data![0]!;
  };
  const usable = (code: number) => {
    if (code >= 0) return;
    const got = new av.FFmpegError(code).message;
    throw new MediaError('MEDIA_DAMAGED', 'The pictures cannot be shown', {
      expected: 'colours that can be converted to red, green and blue',
      got,
      fix: 'convert the file with `ffmpeg -i FILE out.mp4`',
    });
  };
  const { AV_PIX_FMT_YUV420P: narrow, AV_PIX_FMT_YUVJ420P: full } = av; // two names for one form: the second says its range, too
  const isShownAsStored = ({ format, width, height }: Av.Frame) =>
    (format === narrow || format === full) && orientation === UPRIGHT && width === to.width && height === to.height;
  const planesOf = (frame: Av.Frame): Planes => {
    const { width, height, colorSpace: matrix, colorPrimaries: primaries, colorTrc: transfer } = frame;
    copy ??= Buffer.allocUnsafeSlow(planesLength(width, height));
    copyPlanes(frame, copy);
    const isFull = frame.format === full || frame.colorRange === av.AVCOL_RANGE_JPEG;
    return { width, height, planes: copy, colours: { matrix, primaries, transfer, full: isFull } };
  };
  return {
    notes,
    draw(frame) {
      if (!stored) begin(frame);
      if (notes.length === 0 && (stored!.width !== frame.width || stored!.height !== frame.height)) {
        notes.push('the size changes on the way: every picture has that of the first');
      }
      if (planes && isShownAsStored(frame)) return planesOf(frame);
      usable(scaler.scaleFrameSync(to, frame));
      const { width, height } = to;
      const stride = to.linesize[0]!;
      if (orientation !== UPRIGHT) {
        const [wide, high] = isSideways(orientation) ? [height, width] : [width, height];
        return { width: wide, height: high, data: turned(data, width, height, stride, orientation) };
      }
      return { width, height, data: stride === width * 3 ? data.subarray(0, width * height * 3) : to.toBuffer() };
    },
    close() {
      scaler.freeContext();
      to.free();
    },
  };
}

/** The planes of a frame one after the other, without what fills up their rows. */
function copyPlanes({ width, height, data, linesize }: Av.Frame, into: Buffer): void {
  let at = 0;
  for (const [i, [wide, high]] of planeSizes(width, height).entries()) {
    const [plane, stride] = [data![i]!, linesize[i]!];
    if (stride === wide) into.set(plane.subarray(0, wide * high), at);
    else for (let y = 0; y < high; y++) into.set(plane.subarray(y * stride, y * stride + wide), at + y * wide);
    at += wide * high;
  }
}
