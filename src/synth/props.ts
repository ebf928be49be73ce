import { ANIMALS } from './animals.ts';
import { at, type Brush, box, ellipse, line, shade, shape, type Where } from './brush.ts';

/** Draws a thing with (0, 0) at its foot, or at its middle where it hangs. `tint` is its colour, `t` seconds for what moves by itself. */
export type Drawing = (c: Brush, tint: string, t: number) => void;

const GOLD = '#d9a93f';

const THINGS = {
  cup(c, tint) {
    c.beginPath();
    c.ellipse(9, -8, 5, 5, 0, 0, 2 * Math.PI);
    c.strokeStyle = shade(tint, -0.2);
    c.lineWidth = 2.4;
    c.stroke();
    shape(c, 'M-9 -17 L9 -17 L8 -2 Q6 0 0 0 Q-6 0 -8 -2', tint);
    ellipse(c, 0, -17, 9, 2.6, shade(tint, 0.5));
    ellipse(c, 0, -16.6, 7.2, 1.8, '#5b3a26');
  },
  vase(c, tint) {
    shape(c, 'M-5 -30 L5 -30 L4 -24 Q15 -14 8 0 L-8 0 Q-15 -14 -4 -24', tint);
    line(c, 'M-9 -12 Q0 -9 9 -12', shade(tint, 0.5), 2);
    ellipse(c, 0, -30, 6, 1.8, shade(tint, -0.4));
  },
  plate(c, tint) {
    ellipse(c, 0, -9, 17, 8, shade(tint, 0.7));
    ellipse(c, 0, -9.6, 11, 4.8, shade(tint, 0.45));
    ellipse(c, 0, -9.8, 9, 3.8, shade(tint, 0.75));
  },
  cake(c, tint, t) {
    ellipse(c, 0, -2, 32, 6, '#f4f1ea');
    box(c, -25, -24, 50, 22, '#f3dcc0', 4);
    box(c, -25, -15, 50, 4, shade(tint, 0.1));
    box(c, -25, -27, 50, 9, shade(tint, 0.45), 5);
    for (const x of [-20, -10, 0, 10, 20]) ellipse(c, x, -18, 4, 4, shade(tint, 0.45));
    for (const x of [-15, 0, 15]) {
      line(c, `M${x} -27 L${x} -37`, '#f2f2f2', 2.6);
      ellipse(c, x, -40, 2 + 0.4 * Math.sin(9 * t + x), 3.6, '#ffb52e');
      ellipse(c, x, -39.4, 1, 1.8, '#fff2b0');
    }
  },
  present(c, tint) {
    box(c, -21, -30, 42, 30, tint, 2);
    box(c, -24, -36, 48, 9, shade(tint, 0.18), 2);
    box(c, -4, -36, 8, 36, '#fbe9a0');
    for (const side of [-1, 1]) {
      shape(c, `M0 -36 Q${side * 5} -52 ${side * 18} -45 Q${side * 16} -38 0 -36`, '#f5d65f');
    }
    ellipse(c, 0, -37, 3.6, 3, '#e3bb3b');
  },
  bouquet(c, tint) {
    shape(c, 'M0 0 L-17 -26 L17 -26', '#f1ead9');
    for (const [x, y] of [
      [-14, -28],
      [-5, -33],
      [6, -33],
      [15, -28],
      [0, -40],
      [-10, -40],
      [10, -40],
    ] as const) {
      line(c, `M0 -8 L${x} ${y}`, '#4f7a3f', 1.4);
      for (let k = 0; k < 5; k++) ellipse(c, x + 3.6 * Math.cos(k * 1.257), y + 3.6 * Math.sin(k * 1.257), 2.8, 2.8, tint);
      ellipse(c, x, y, 2.2, 2.2, '#ffe27a');
    }
  },
  picture(c, tint) {
    box(c, -21, -17, 42, 34, '#7a5230', 2);
    box(c, -17, -13, 34, 26, '#cfe5ee');
    shape(c, 'M-17 13 L-17 2 L-6 -6 L2 3 L8 -2 L17 6 L17 13', shade(tint, -0.1));
    ellipse(c, 9, -7, 3.4, 3.4, '#ffd75e');
  },
  clock(c, _tint, t) {
    ellipse(c, 0, 0, 20, 20, '#3d3631');
    ellipse(c, 0, 0, 17, 17, '#fbf8ef');
    for (let k = 0; k < 12; k++) ellipse(c, 14 * Math.cos(k * 0.5236), 14 * Math.sin(k * 0.5236), 1, 1, '#3d3631');
    line(c, `M0 0 L${8 * Math.cos(2.2)} ${8 * Math.sin(2.2)}`, '#3d3631', 2.4);
    line(c, `M0 0 L${12 * Math.cos(1.57 + 0.002 * t)} ${12 * Math.sin(1.57 + 0.002 * t)}`, '#3d3631', 1.6);
    ellipse(c, 0, 0, 1.6, 1.6, '#b5413f');
  },
  mirror(c) {
    ellipse(c, 0, 0, 18, 24, GOLD);
    ellipse(c, 0, 0, 14, 20, '#dfeff4');
    line(c, 'M-7 8 L5 -12', '#ffffff', 3);
    line(c, 'M-1 11 L8 -4', '#ffffff', 1.6);
  },
  lamp(c, tint) {
    line(c, 'M0 -2 L0 -24', '#6d6258', 3);
    ellipse(c, 0, -2, 10, 3.4, '#6d6258');
    shape(c, 'M-9 -46 L9 -46 L17 -22 L-17 -22', shade(tint, 0.25));
    ellipse(c, 0, -22, 17, 3.4, '#fff0bd');
  },
  radio(c, tint) {
    line(c, 'M12 -26 L20 -48', '#77706a', 1.6);
    box(c, -23, -27, 46, 27, tint, 5);
    ellipse(c, -9, -13, 9, 9, shade(tint, -0.45));
    for (let k = -2; k < 3; k++) line(c, `M-16 ${-13 + 3.2 * k} L-2 ${-13 + 3.2 * k}`, shade(tint, -0.2), 1);
    box(c, 4, -22, 15, 7, '#f8edcf', 1.5);
    for (const x of [7, 16]) ellipse(c, x, -7, 3, 3, '#f0e4c8');
  },
  kettle(c, tint) {
    c.beginPath();
    c.arc(0, -22, 13, Math.PI, 0);
    c.strokeStyle = '#3d3631';
    c.lineWidth = 3;
    c.stroke();
    shape(c, 'M12 -12 Q24 -16 24 -26 L28 -26 Q28 -10 13 -4', shade(tint, -0.15));
    shape(c, 'M-17 0 Q-22 -24 0 -25 Q22 -24 17 0', tint);
    ellipse(c, 0, -25, 7, 2.4, shade(tint, -0.3));
    ellipse(c, 0, -28, 2.6, 2.6, '#3d3631');
    line(c, 'M-11 -6 Q-14 -16 -8 -20', shade(tint, 0.5), 2.4);
  },
  balloon(c, tint, t) {
    line(c, `M0 0 Q${3 * Math.sin(2 * t)} 20 0 44`, '#8a8a8a', 1);
    ellipse(c, 0, -21, 17, 21, tint);
    shape(c, 'M-3 3 L3 3 L0 -1', shade(tint, -0.2));
    ellipse(c, -6, -29, 4, 6, shade(tint, 0.45), 0.4);
  },
} as const satisfies Readonly<Record<string, Drawing>>;

const DRAWINGS = { ...THINGS, ...ANIMALS, rain() {}, snow() {}, lightning() {} } as const satisfies Readonly<Record<string, Drawing>>;

/** Everything that can happen to be in a picture. The weather is drawn in the window, by motion.ts. */
export type PropName = keyof typeof DRAWINGS;

/** The colours that things come in: strong ones, and none of a face. */
export const TINTS = ['#c9433f', '#3f74b5', '#4f9a5d', '#d98a2b', '#8a56a8', '#2f9a97'] as const;

/** Draws a prop at a point of the scene. */
export function drawProp(c: Brush, name: PropName, where: Where, tint: string, t: number): void {
  at(c, where, () => DRAWINGS[name](c, tint, t));
}

/** What is left of something that fell: pieces in its colour, and a puddle. */
export function drawPieces(c: Brush, x: number, y: number, tint: string): void {
  ellipse(c, x, y + 2, 36, 6, 'rgba(90,70,60,0.35)');
  for (const [dx, dy, turn] of [
    [-25, -2, 0.4],
    [-11, 2, 1.9],
    [4, -3, 0.9],
    [17, 2, 2.6],
    [28, -2, 0.2],
  ] as const) {
    at(c, { x: x + dx, y: y + dy, turn }, () => shape(c, 'M-9 4 L0 -10 L9 3', dx % 2 ? tint : shade(tint, 0.35)));
  }
}

/** Smoke, `t` seconds old: grey balls that rise, grow and fade. */
export function drawSmoke(c: Brush, x: number, y: number, t: number): void {
  for (let k = 0; k < 14; k++) {
    const age = (t - k * 0.22) % 3.08;
    if (age < 0 || t < k * 0.22) continue;
    const grey = 66 + ((k * 37) % 50);
    ellipse(
      c,
      x + 9 * Math.sin(k * 2.1 + 1.4 * age),
      y - 34 * age,
      7 + 6 * age,
      7 + 6 * age,
      `rgba(${grey},${grey},${grey},${Math.max(0, 0.85 - 0.26 * age)})`,
    );
  }
}
