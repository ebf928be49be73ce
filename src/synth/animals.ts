import { at, type Brush, both, ellipse, line, shade, shape } from './brush.ts';

/** Four legs that trot: `t` in seconds, `reach` how far they swing. */
function legs(c: Brush, t: number, xs: readonly number[], y: number, length: number, reach: number, colour: string, width: number): void {
  for (const [k, x] of xs.entries()) {
    const swing = reach * Math.sin(11 * t + (k % 2) * Math.PI);
    line(c, `M${x} ${y} Q${x + swing * 0.4} ${y + length * 0.6} ${x + swing} ${y + length}`, colour, width);
  }
}

/** Animals, as the drawings of props.ts: (0, 0) is between the feet, or the middle where they hang or fly. They look to the right. */
export const ANIMALS = {
  dog(c: Brush, _tint: string, t: number) {
    const [fur, dark] = ['#a8713f', '#6b4526'];
    line(c, `M-30 -30 Q-44 ${-40 - 5 * Math.sin(14 * t)} -42 -48`, fur, 6);
    legs(c, t, [-22, -14, 16, 24], -16, 16, 9, dark, 6);
    ellipse(c, 0, -26, 32, 14, fur);
    ellipse(c, 4, -20, 20, 7, shade(fur, 0.25));
    ellipse(c, 33, -42, 15, 13, fur);
    ellipse(c, 45, -38, 9, 6.5, shade(fur, 0.2));
    ellipse(c, 52, -41, 3.4, 2.8, '#1d1512');
    ellipse(c, 25, -41, 5.5, 13, dark, 0.25);
    ellipse(c, 37, -46, 2.4, 2.8, '#1d1512');
    shape(c, 'M44 -33 Q47 -24 50 -33', '#e2606a');
    line(c, 'M20 -32 Q24 -27 30 -29', '#c9433f', 3.4);
  },
  cat(c: Brush, _tint: string, t: number) {
    const [fur, dark] = ['#6f7480', '#4a4e58'];
    line(c, `M-24 -24 Q-44 -30 ${-40 + 4 * Math.sin(6 * t)} -56`, fur, 5);
    legs(c, t, [-18, -10, 12, 19], -12, 12, 8, dark, 4.6);
    ellipse(c, 0, -21, 26, 11, fur);
    for (const x of [-12, -3, 6]) line(c, `M${x} -31 L${x + 1} -25`, dark, 2.4);
    shape(c, 'M16 -44 L17 -58 L27 -49', fur);
    shape(c, 'M29 -49 L39 -58 L40 -43', fur);
    ellipse(c, 28, -38, 13, 11.5, fur);
    for (const x of [24, 34]) {
      ellipse(c, x, -40, 2.8, 3.2, '#d7e36b');
      ellipse(c, x, -40, 1, 3, '#141414');
    }
    ellipse(c, 29.5, -35, 1.8, 1.3, '#e79aa0');
    for (const side of [-1, 1])
      for (const k of [0, 1]) line(c, `M${29 + side * 4} ${-33 + k * 2} L${29 + side * 16} ${-35 + k * 5}`, '#eeeeee', 0.8);
  },
  mouse(c: Brush, _tint: string, t: number) {
    const fur = '#8e8782';
    line(c, `M-18 -8 Q-34 ${-4 + 3 * Math.sin(9 * t)} -44 -14`, '#d79a9a', 2.4);
    legs(c, t, [-10, 8], -3, 4, 5, '#d79a9a', 2.6);
    shape(c, 'M-20 -6 Q-18 -26 6 -22 Q24 -18 26 -8 Q10 -1 -14 -2', fur);
    ellipse(c, 8, -22, 7, 7, shade(fur, -0.1));
    ellipse(c, 8, -22, 4.4, 4.6, '#e3aeb0');
    ellipse(c, 16, -14, 1.8, 1.9, '#151212');
    ellipse(c, 26, -8.5, 2, 1.8, '#d77f86');
    for (const k of [0, 1]) line(c, `M22 ${-8 + k * 2} L34 ${-12 + k * 6}`, '#5a5552', 0.7);
  },
  spider(c: Brush, _tint: string, t: number) {
    for (const side of [-1, 1])
      for (let k = 0; k < 4; k++) {
        const lift = 2 * Math.sin(5 * t + k * 1.7 + side);
        line(
          c,
          `M${side * 5} ${-2 + k * 2.5} Q${side * (16 + k)} ${-14 + k * 8 + lift} ${side * (21 - k)} ${-2 + k * 9 + lift}`,
          '#221a1f',
          2,
        );
      }
    ellipse(c, 0, 6, 11, 13, '#2b2128');
    ellipse(c, 0, -7, 7, 6.5, '#3a2d36');
    line(c, 'M0 0 L0 12', '#a23b3b', 3);
    for (const side of [-1, 1]) ellipse(c, side * 2.6, -9, 1.5, 1.8, '#f3e36b');
  },
  snake(c: Brush, _tint: string, t: number) {
    const sway = 4 * Math.sin(2.4 * t);
    const spine = `M0 -60Q${14 + sway} -40 0 -24Q${-15 + sway} -8 0 8`;
    line(c, spine, '#4f7d33', 10);
    line(c, spine, '#8fbf4f', 3.4);
    ellipse(c, 0, 14, 9, 11, '#4f7d33');
    for (const side of [-1, 1]) {
      ellipse(c, side * 4.4, 13, 2.3, 2.6, '#f6e27a');
      ellipse(c, side * 4.4, 13.4, 0.9, 2.1, '#16160f');
      line(c, `M0 24 L0 30 L${side * 3.4} 35`, '#c9333f', 1.3);
    }
  },
  bat(c: Brush, _tint: string, t: number) {
    const flap = Math.sin(10 * t);
    const [high, wide, low] = [-22 - 6 * flap, -10 - 12 * flap, 5 - 5 * flap];
    both(c, () => shape(c, `M5 -4 Q20 ${high} 40 ${wide} Q33 -4 30 ${low} Q23 0 18 9 Q12 4 5 9`, '#3b3040'));
    ellipse(c, 0, 2, 8.5, 12, '#4c3f52');
    ellipse(c, 0, -9, 8, 7.5, '#4c3f52');
    both(c, () => {
      shape(c, 'M2 -14 L6.5 -24 L8 -11', '#4c3f52');
      ellipse(c, 3, -10, 1.9, 1.9, '#f7d94f');
      shape(c, 'M1 -5 L3 -5 L2 -1.5', '#ffffff');
    });
  },
  parrot(c: Brush, _tint: string, t: number) {
    line(c, 'M-3 10 L-9 34', '#2f6fb5', 6);
    ellipse(c, 0, 0, 11, 16, '#3f9a4a', 0.2);
    at(c, { x: -3, y: -2 }, () => ellipse(c, -5, 2, 7, 14, '#2f6fb5', 0.4 + 0.25 * Math.sin(12 * t)));
    ellipse(c, 4, -16, 9.5, 9, '#d8433b');
    shape(c, 'M11 -20 Q21 -18 14 -8 L11 -12', '#f0c64a');
    ellipse(c, 6, -18, 2.8, 2.8, '#ffffff');
    ellipse(c, 6.6, -18, 1.4, 1.4, '#141414');
  },
  butterfly(c: Brush, tint: string, t: number) {
    const fold = 0.45 + 0.55 * Math.abs(Math.cos(7 * t));
    both(c, () => {
      ellipse(c, 11 * fold, -7, 11 * fold, 11, tint, 0.5);
      ellipse(c, 8 * fold, 8, 8 * fold, 8, shade(tint, 0.3), -0.4);
      ellipse(c, 12 * fold, -8, 4 * fold, 4, '#fff1b8');
      line(c, 'M0 -12 L5 -20', '#2b2522', 1);
    });
    ellipse(c, 0, 0, 2.4, 12, '#2b2522');
  },
} as const;
