import { type Brush, ellipse, line } from './brush.ts';
import type { PictureSituationName } from './happenings.ts';
import { TABLE, WINDOW } from './places.ts';
import { drawPieces, drawProp, drawSmoke, type PropName } from './props.ts';

/** What is seen to happen: how, with what, and where the one stands who has a hand in it. */
export interface Happening {
  readonly situation: PictureSituationName;
  readonly prop: PropName;
  readonly tint: string;
  /** −1: the other one stands on the left, 1: on the right. */
  readonly side: -1 | 1;
  /** Middle of the other one's body. */
  readonly x: number;
}

/** Where something hangs or stands in the room before and while nothing happens. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Hooks on the wall, and places for things on the table. */
export const HOOKS: Readonly<Record<-1 | 1, Spot>> = { [-1]: { x: 27, y: 36 }, 1: { x: 293, y: 36 } };
export const STANDS: Readonly<Record<-1 | 1, Spot>> = { [-1]: { x: 30, y: TABLE + 14 }, 1: { x: 288, y: TABLE + 14 } };

/** The three depths at which a happening may draw: in the window, behind the people and before them. */
export interface Layers {
  readonly outside?: (c: Brush, h: Happening, t: number) => void;
  readonly behind?: (c: Brush, h: Happening, t: number) => void;
  readonly before?: (c: Brush, h: Happening, t: number) => void;
  /** Where people look, once it happens. */
  readonly eyes: (h: Happening, t: number) => Spot;
}

/** 0 before `from` seconds, 1 after `to`, slow at both ends. */
export function ease(t: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (t - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

const fallen = (t: number, seconds: number): number => Math.min(1, Math.max(0, t / seconds)) ** 2;

/** How each kind of happening looks; `t` is seconds since it began, negative before. */
export const MOTIONS: Readonly<Record<PictureSituationName, Layers>> = {
  drop: {
    before(c, h, t) {
      const [x, from, to] = [h.x - h.side * 46, 168, TABLE + 26];
      const down = fallen(t - 0.1, 0.5);
      if (down < 1) drawProp(c, h.prop, { x, y: from + (to - from) * down, turn: 2.4 * down * h.side, scale: 1.25 }, h.tint, t);
      else drawPieces(c, x, to, h.tint);
    },
    eyes: (h) => ({ x: h.x - h.side * 46, y: TABLE + 20 }),
  },
  run: {
    before(c, h, t) {
      if (t < 0) return;
      const lap = t % 4.4; // there and back, so that a slow camera sees it too
      const [there, x] = lap < 2.2 ? [true, -60 + 200 * lap] : [false, 380 - 200 * (lap - 2.2)];
      const forwards = there === (h.side === -1);
      c.save();
      c.translate(h.side === -1 ? x : 320 - x, 238 - 4 * Math.abs(Math.sin(9 * t)));
      c.scale(forwards ? 1.15 : -1.15, 1.15);
      drawProp(c, h.prop, { x: 0, y: 0, scale: h.prop === 'mouse' ? 1.5 : 1 }, h.tint, t);
      c.restore();
    },
    eyes: (h, t) => {
      const lap = t % 4.4;
      const x = lap < 2.2 ? -60 + 200 * lap : 380 - 200 * (lap - 2.2);
      return { x: h.side === -1 ? x : 320 - x, y: 225 };
    },
  },
  bring: {
    before(c, h, t) {
      if (t < 0) return;
      const there = ease(t, 0, 0.6);
      drawProp(c, h.prop, { x: 160 + h.side * 40 * (1 - there), y: TABLE + 30 + 60 * (1 - there), scale: 1.2 }, h.tint, t);
    },
    eyes: () => ({ x: 160, y: TABLE + 5 }),
  },
  fall: {
    behind(c, h, t) {
      const hook = HOOKS[h.side];
      if (t < 0) drawProp(c, h.prop, hook, h.tint, t);
    },
    before(c, h, t) {
      if (t < 0) return;
      const [hook, down] = [HOOKS[h.side], fallen(t, 0.7)];
      const rest = TABLE + 12;
      drawProp(c, h.prop, { x: hook.x - h.side * 8 * down, y: hook.y + (rest - hook.y) * down, turn: -h.side * 0.7 * down }, h.tint, t);
      if (down === 1)
        for (const k of [-1, 0, 1]) line(c, `M${hook.x + 12 * k} ${rest - 30} L${hook.x + 17 * k} ${rest - 38}`, '#f4efe2', 1.6);
    },
    eyes: (h) => ({ x: HOOKS[h.side].x, y: TABLE }),
  },
  weather: {
    outside(c, h, t) {
      if (t >= 0) WEATHERS[h.prop]?.(c, t);
    },
    eyes: () => ({ x: 160, y: 55 }),
  },
  descend: {
    before(c, h, t) {
      if (t < 0) return;
      const y = -60 + 134 * ease(t, 0, 1) + 4 * Math.sin(2.4 * t);
      if (h.prop !== 'bat')
        line(
          c,
          `M160 0 L160 ${y - (h.prop === 'snake' ? 50 : 10)}`,
          h.prop === 'snake' ? '#4f7d33' : '#efefef',
          h.prop === 'snake' ? 8 : 1,
        );
      drawProp(c, h.prop, { x: 160, y, scale: 1.25 }, h.tint, t);
    },
    eyes: () => ({ x: 160, y: 70 }),
  },
  smoke: {
    before(c, h, t) {
      const stand = STANDS[h.side];
      drawProp(c, h.prop, stand, h.tint, t);
      if (t >= 0) drawSmoke(c, stand.x, stand.y - 34, t);
    },
    eyes: (h) => ({ x: STANDS[h.side].x, y: TABLE - 20 }),
  },
  leave: {
    before(c, h, t) {
      const out = ease(t, 0, 2.6);
      if (out === 1) return;
      const [x, y] = [160 - 14 * Math.sin(3 * out), 172 - 124 * out];
      drawProp(c, h.prop, { x, y: y + (t < 0 ? 2 * Math.sin(2 * t) : 0), scale: 1.2 - 0.75 * out }, h.tint, t);
    },
    eyes: (_h, t) => ({ x: 160, y: 172 - 124 * ease(t, 0, 2.6) }),
  },
};

/** The sky when nothing happens there. */
export function drawSky(c: Brush): void {
  const sky = c.createLinearGradient(0, WINDOW.y, 0, WINDOW.y + WINDOW.height);
  sky.addColorStop(0, '#7fb8e6');
  sky.addColorStop(1, '#d9eefb');
  c.fillStyle = sky;
  c.fillRect(WINDOW.x, WINDOW.y, WINDOW.width, WINDOW.height);
  for (const [x, y] of [
    [142, 40],
    [178, 56],
  ] as const)
    for (const k of [-1, 0, 1]) ellipse(c, x + 9 * k, y + (k === 0 ? -3 : 0), 9, 6, '#ffffff');
  ellipse(c, 140, WINDOW.y + WINDOW.height + 8, 40, 20, '#7fae62');
  ellipse(c, 186, WINDOW.y + WINDOW.height + 10, 36, 24, '#92bd73');
}

const grey = (c: Brush, colour: string) => {
  c.fillStyle = colour;
  c.fillRect(WINDOW.x, WINDOW.y, WINDOW.width, WINDOW.height);
};

const WEATHERS: Readonly<Partial<Record<PropName, (c: Brush, t: number) => void>>> = {
  rain(c, t) {
    grey(c, '#7d8a96');
    for (let k = 0; k < 46; k++) {
      const [x, y] = [WINDOW.x - 10 + ((k * 53) % 90), WINDOW.y + ((k * 37 + t * 190) % (WINDOW.height + 20)) - 10];
      line(c, `M${x} ${y} L${x - 4} ${y + 13}`, '#dbe8f2', 1.5);
    }
  },
  snow(c, t) {
    grey(c, '#b9c6d6');
    ellipse(c, 160, WINDOW.y + WINDOW.height + 6, 60, 22, '#ffffff');
    for (let k = 0; k < 40; k++) {
      const x = WINDOW.x + ((k * 41) % 72) + 3 * Math.sin(2 * t + k);
      ellipse(c, x, WINDOW.y + ((k * 29 + t * 34) % WINDOW.height), 2.4, 2.4, '#ffffff');
    }
  },
  lightning(c, t) {
    const flash = t % 0.9 < 0.55;
    grey(c, flash ? '#8f94b8' : '#2f3350');
    if (!flash) return;
    const x = 146 + 22 * (Math.floor(t / 0.9) % 2);
    line(c, `M${x + 8} ${WINDOW.y} L${x - 4} ${WINDOW.y + 30} L${x + 6} ${WINDOW.y + 34} L${x - 8} ${WINDOW.y + 72}`, '#fff6c2', 4.5);
    line(c, `M${x + 8} ${WINDOW.y} L${x - 4} ${WINDOW.y + 30} L${x + 6} ${WINDOW.y + 34} L${x - 8} ${WINDOW.y + 72}`, '#ffffff', 1.8);
  },
};
