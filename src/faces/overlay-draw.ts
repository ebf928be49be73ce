import type { Picture } from '../media/picture.ts';
import { EMOTIONS, type Emotion } from './emotion.ts';
import type { Box } from './face.ts';
import { type Colour, fill, outline, stamp } from './overlay-paint.ts';
import type { Present } from './overlay-scene.ts';
import { type Lettering, widthOf } from './overlay-text.ts';

/** Bright enough for black letters on them, and to be told apart; a track has the colour of its number. */
const TRACK_COLOURS: readonly Colour[] = [
  [255, 210, 63],
  [64, 224, 208],
  [255, 138, 92],
  [122, 184, 255],
  [255, 130, 196],
  [158, 230, 96],
  [200, 160, 255],
  [240, 240, 240],
];
const EMOTION_COLOURS: Readonly<Record<Emotion, Colour>> = {
  anger: [229, 72, 77],
  disgust: [124, 179, 66],
  fear: [166, 122, 232],
  joy: [255, 197, 61],
  neutral: [176, 184, 192],
  sadness: [84, 156, 240],
  surprise: [255, 143, 63],
};
const [BLACK, WHITE]: [Colour, Colour] = [
  [0, 0, 0],
  [255, 255, 255],
];
/** How much a plate under bars and letters covers of the picture. */
const PLATE = 0.7;
const CAPTION = 'how viewers would read the expressions';

/** Draws into pictures of one size. */
export interface Pen {
  /** Changes the picture. Faces of pictures before are remembered, so that their bars stay on the side where they are. */
  draw(picture: Picture, faces: readonly Present[]): void;
}

/** What is drawn is as large as the picture asks for: letters of 12 pixels at 480 rows, 27 at 1080. */
export function penFor({ width, height }: Pick<Picture, 'width' | 'height'>, lettering: Lettering): Pen {
  const size = Math.max(11, Math.round(Math.min(width, height) / 40));
  const line = Math.max(2, Math.round(size / 7));
  const pad = Math.round(size * 0.35);
  const row = Math.round(size * 1.05);
  const names = Math.max(...EMOTIONS.map((name) => widthOf(name, size)));
  const bar = Math.round(size * 3.6);
  const panel = { width: names + bar + 3 * pad, height: EMOTIONS.length * row + 2 * pad };
  const column = Math.max(3, Math.round(size * 0.4));
  const strip = { width: EMOTIONS.length * (column + 1) + 1 + 2 * pad, height: Math.round(size * 1.8) };
  const sides = new Map<number, number>();

  const inside = (box: Box) => box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;

  const label = (picture: Picture, { id, box, dominant, share, speaks }: Present, colour: Colour): Box => {
    const words = `${id}  ${dominant} ${Math.round(100 * share)} %${speaks ? '  speaks' : ''}`;
    const stencil = lettering(words, size);
    const plate = { width: stencil.width + 2 * pad, height: size + pad };
    const x = Math.min(Math.max(0, Math.round(box.x)), Math.max(0, width - plate.width));
    const above = Math.round(box.y) - plate.height;
    const y = above >= 0 ? above : Math.max(0, Math.round(box.y));
    fill(picture, { x, y, ...plate }, colour);
    stamp(picture, stencil, x + pad, y + pad / 2, BLACK);
    return { x, y, ...plate };
  };

  const bars = (picture: Picture, { x, y }: { readonly x: number; readonly y: number }, { emotions }: Present) => {
    fill(picture, { x, y, ...panel }, BLACK, PLATE);
    for (const [e, name] of EMOTIONS.entries()) {
      const top = y + pad + e * row;
      const from = { x: x + names + 2 * pad, y: top + Math.round(row * 0.3), height: Math.round(row * 0.5) };
      stamp(picture, lettering(name, size), x + pad, top, WHITE);
      fill(picture, { ...from, width: bar }, WHITE, 0.18);
      fill(picture, { ...from, width: bar * emotions[e]! }, EMOTION_COLOURS[name]);
    }
  };

  /** The same without names, where there is no room: in the same order and colours. */
  const columns = (picture: Picture, { x, y }: { readonly x: number; readonly y: number }, { emotions }: Present) => {
    fill(picture, { x, y, ...strip }, BLACK, PLATE);
    const tall = strip.height - 2 * pad;
    for (const [e, name] of EMOTIONS.entries()) {
      const high = Math.max(1, tall * emotions[e]!);
      fill(picture, { x: x + pad + e * (column + 1), y: y + pad + tall - high, width: column, height: high }, EMOTION_COLOURS[name]);
    }
  };

  return {
    draw(picture, faces) {
      const taken: Box[] = [];
      for (const { id, box, speaks } of faces) {
        const thick = speaks ? 2 * line : line;
        outline(picture, grown(box, thick + 1), thick + 2, BLACK, 0.55); // readable on any picture
        outline(picture, grown(box, thick), thick, colourOf(id));
      }
      for (const face of faces) taken.push(label(picture, face, colourOf(face.id)));
      for (const face of faces) {
        const others = [...taken, ...faces.filter((f) => f !== face).map((f) => f.box)];
        const spots = spotsAround(face.box, panel, 2 * line + pad).map((at) => ({ ...at, ...panel }));
        const order = [sides.get(face.id) ?? 0, 0, 1, 2, 3];
        const side = order.find((i) => inside(spots[i]!) && others.every((box) => !overlap(box, spots[i]!)));
        if (side !== undefined) {
          sides.set(face.id, side);
          bars(picture, spots[side]!, face);
          taken.push(spots[side]!);
        } else {
          const below = { x: Math.round(face.box.x), y: Math.round(face.box.y + face.box.height + 2 * line) };
          const fits = inside({ ...below, ...strip });
          const at = fits ? below : { ...below, y: Math.round(face.box.y + face.box.height) - strip.height };
          columns(picture, at, face);
          taken.push({ ...at, ...strip });
        }
      }
      const small = Math.max(11, Math.round(size * 0.8));
      const caption = lettering(CAPTION, small);
      fill(picture, { x: 0, y: height - small - pad, width: caption.width + 2 * pad, height: small + pad }, BLACK, PLATE);
      stamp(picture, caption, pad, height - small - pad / 2, WHITE);
    },
  };
}

const colourOf = (id: number): Colour => TRACK_COLOURS[(id - 1) % TRACK_COLOURS.length]!;

function grown({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** Where a panel may stand beside a face: right, left, below, above its label; upper left corners. */
function spotsAround(box: Box, panel: Pick<Box, 'width' | 'height'>, gap: number): readonly { x: number; y: number }[] {
  const [x, y] = [Math.round(box.x), Math.round(box.y)];
  return [
    { x: Math.round(box.x + box.width) + gap, y },
    { x: x - gap - panel.width, y },
    { x, y: Math.round(box.y + box.height) + gap },
    { x, y: y - 3 * gap - panel.height },
  ];
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
