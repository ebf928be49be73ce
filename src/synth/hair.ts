import { type Brush, both, ellipse, line, shade, shape } from './brush.ts';
import type { Character, HairStyle } from './cast.ts';

/** Drawn on a head of usual width; `colour` as in CAST. */
interface Hair {
  /** What lies behind the neck and the ears. */
  readonly back?: (c: Brush, colour: string) => void;
  /** What lies on the head, over the forehead. */
  readonly front: (c: Brush, colour: string) => void;
}

/** A cap down to `ears`, with its hairline at `low` in the middle. */
function cap(c: Brush, colour: string, low: number, ears: number): void {
  const outside = `M-30.5 ${ears} C-33 -30 -21 -45 0 -45 C21 -45 33 -30 30.5 ${ears}`;
  shape(c, `${outside} L26.5 ${ears - 12} Q20 ${low - 2} 0 ${low} Q-20 ${low - 2} -26.5 ${ears - 12}`, colour);
}

const HAIRS: Readonly<Record<HairStyle, Hair>> = {
  crop: { front: (c, colour) => cap(c, colour, -25, -6) },
  quiff: {
    front(c, colour) {
      cap(c, colour, -26, -6);
      shape(c, 'M-25 -24 Q-32 -50 3 -52 Q32 -54 28.5 -24 Q17 -34 6 -32 Q-12 -31 -25 -24', colour);
    },
  },
  parted: {
    front(c, colour) {
      cap(c, colour, -28, -2);
      shape(c, 'M-13 -42 Q-6 -26 26.5 -14 Q33 -30 14.5 -44', colour);
      line(c, 'M-13 -42 L-12 -34', shade(colour, -0.4), 1);
    },
  },
  curls: {
    back(c, colour) {
      for (let k = 0; k < 9; k++) ellipse(c, Math.cos(Math.PI * (k / 8)) * 36, -18 - Math.sin(Math.PI * (k / 8)) * 26, 11, 11, colour);
    },
    front(c, colour) {
      for (let k = -3; k <= 3; k++) ellipse(c, 8.4 * k, -36 - 5 * Math.cos(0.5 * k), 8, 7, k % 2 ? shade(colour, 0.07) : colour);
      both(c, () => ellipse(c, 30, -22, 6, 8, colour));
    },
  },
  long: {
    back: (c, colour) => both(c, () => shape(c, 'M0 -42 Q30 -44 32 -20 Q43 40 33 62 L0 62', shade(colour, -0.25))),
    front(c, colour) {
      cap(c, colour, -26, 2);
      both(c, () => shape(c, 'M23 -26 Q30 0 27 30 Q34 52 37 50 Q40 0 32 -26', colour));
    },
  },
  bob: {
    back: (c, colour) => both(c, () => shape(c, 'M0 -42 Q31 -42 33 -20 Q41 24 27 34 L0 34', shade(colour, -0.25))),
    front(c, colour) {
      cap(c, colour, -19, 2);
      both(c, () => shape(c, 'M24 -22 Q28 4 25 24 Q33 32 37 22 Q38 -6 31 -26', colour));
    },
  },
  bun: {
    back(c, colour) {
      ellipse(c, 0, -49, 13, 12, shade(colour, -0.12));
      line(c, 'M-8 -52 Q0 -58 8 -51', shade(colour, 0.2), 1.4);
    },
    front: (c, colour) => cap(c, colour, -28, -2),
  },
  tail: {
    back: (c, colour) => shape(c, 'M14 -40 Q55 -36 45 20 Q39 44 37 40 Q43 -8 12 -26', shade(colour, -0.15)),
    front(c, colour) {
      cap(c, colour, -25, -2);
      shape(c, 'M-26 -14 Q-20 -34 9 -34 Q-12 -26 -26 -12', shade(colour, 0.06));
    },
  },
};

/** The hair behind the head; draw it before the body. */
export function backHair(c: Brush, { hair, style }: Character): void {
  HAIRS[style].back?.(c, hair);
}

/** The hair on the head; draw it after the face. */
export function drawHair(c: Brush, { hair, style }: Character): void {
  HAIRS[style].front(c, hair);
  line(c, 'M-17 -31 Q-10 -40 3 -40', shade(hair, 0.3), 2.2);
}
