import { at, type Brush, both, box, ellipse, line, shade, shape } from './brush.ts';
import type { Character } from './cast.ts';
import { drawFace, type Gaze } from './face.ts';
import { backHair, drawHair } from './hair.ts';
import type { Muscles } from './muscles.ts';

/** How somebody stands at a moment. */
export interface Pose {
  /** Middle of the head, in units of the scene. */
  readonly x: number;
  readonly y: number;
  /** Size, 1 is a head 76 units high. */
  readonly size: number;
  /** Radians to the right that the head leans. */
  readonly lean: number;
  readonly gaze: Gaze;
  /** How far the hands are up, 0 to 1. */
  readonly hands: number;
}

/** Somebody from the table upwards: body, neck, head, hair and face. */
export function drawPerson(c: Brush, who: Character, pose: Pose, face: Muscles): void {
  at(c, { x: pose.x, y: pose.y, scale: pose.size }, () => {
    // It leans about the neck; a broad head is the usual one drawn broader.
    const head = (draw: () => void) =>
      at(c, { x: 0, y: 30, turn: pose.lean }, () => {
        c.scale(who.broad, 1);
        at(c, { x: 0, y: -30 }, draw);
      });
    head(() => backHair(c, who));
    body(c, who);
    head(() => {
      skull(c, who, face.jaw);
      drawFace(c, who, face, pose.gaze);
      drawHair(c, who);
      extras(c, who, face);
    });
    if (pose.hands > 0.02) hands(c, who, pose.hands);
  });
}

function body(c: Brush, who: Character): void {
  const neck = c.createLinearGradient(0, 24, 0, 56);
  neck.addColorStop(0, shade(who.skin, -0.38));
  neck.addColorStop(1, shade(who.skin, -0.1));
  box(c, -11, 22, 22, 36, neck, 6);
  const cloth = c.createLinearGradient(-50, 0, 55, 0);
  cloth.addColorStop(0, shade(who.shirt, 0.12));
  cloth.addColorStop(0.6, who.shirt);
  cloth.addColorStop(1, shade(who.shirt, -0.3));
  const collar = who.pronoun === 'she' ? 66 : 58;
  const right = `L54 170 L50 84 C47 56 34 52 12 47 Q0 ${collar} -12 47`;
  shape(c, `M-12 47 C-34 52 -47 56 -50 84 L-54 170 ${right}`, cloth);
  line(c, `M-13 47 Q0 ${collar + 1} 13 47`, shade(who.shirt, -0.35), 1.6);
  both(c, () => line(c, 'M36 86 Q34 120 37 170', shade(who.shirt, -0.35), 1.4));
}

function skull(c: Brush, who: Character, jaw: number): void {
  const drop = 3.5 * jaw;
  both(c, () => {
    ellipse(c, 28.5, 2, 4.6, 8, shade(who.skin, -0.12));
    ellipse(c, 28.8, 3, 2.4, 5, shade(who.skin, -0.28));
  });
  const light = c.createRadialGradient(-8, -10, 6, 0, 2, 46);
  light.addColorStop(0, shade(who.skin, 0.22));
  light.addColorStop(0.45, who.skin);
  light.addColorStop(1, shade(who.skin, -0.34));
  const chin = `C29 16 21 ${30 + drop} 10.5 ${36.5 + drop} Q0 ${40.5 + drop} -10.5 ${36.5 + drop}`;
  shape(c, `M-29 -6 C-29 -44 29 -44 29 -6 ${chin} C-21 ${30 + drop} -29 16 -29 -6`, light);
}

type Extra = NonNullable<Character['extra']>;

const EXTRAS: Readonly<Record<Extra, (c: Brush, who: Character, face: Muscles) => void>> = {
  glasses(c) {
    both(c, () => line(c, 'M8 -9 H17 Q22 -9 22 -5 V-2 Q22 3 17 3 H8 Q3.5 3 3.5 -2 V-5 Q3.5 -9 8 -9 Z', '#8d7258', 0.9));
    line(c, 'M-3.5 -4 Q0 -5.5 3.5 -4', '#8d7258', 0.9);
  },
  beard(c, who, { jaw }) {
    const [drop, mouth] = [3.5 * jaw, 9 * jaw];
    const outside = `M29 0 C28.5 20 21 ${31 + drop} 10.5 ${38 + drop} Q6 ${41 + drop} 0 ${40.5 + drop}`;
    both(c, () => shape(c, `${outside} L0 ${34.5 + mouth} Q9 ${33 + mouth} 14 27 Q20 18 26 0`, shade(who.hair, -0.1)));
  },
  earrings(c) {
    both(c, () => {
      ellipse(c, 30, 14, 2.6, 2.6, '#e8c34a');
      ellipse(c, 30, 13.4, 1.1, 1.1, '#fff3c4');
    });
  },
  freckles(c, who) {
    both(c, () => {
      for (const x of [12, 15, 18]) ellipse(c, x, 7 + (x % 2), 0.6, 0.6, shade(who.skin, -0.3));
      for (const x of [13.5, 16.5]) ellipse(c, x, 10, 0.6, 0.6, shade(who.skin, -0.3));
    });
  },
  moustache(c, who, { upper }) {
    both(c, () => shape(c, `M0 ${16 - upper} Q6 ${15 - upper} 11 20 Q5 20 0 ${18.5 - upper}`, shade(who.hair, -0.15)));
  },
};

function extras(c: Brush, who: Character, face: Muscles): void {
  if (who.extra) EXTRAS[who.extra](c, who, face);
}

/** Both hands before the chest; up they go when somebody is moved. */
function hands(c: Brush, who: Character, up: number): void {
  const skin = shade(who.skin, -0.06);
  both(c, () =>
    at(c, { x: 44, y: 118 - 34 * up, turn: 0.25 }, () => {
      line(c, 'M4 40 Q6 20 0 4', shade(who.shirt, -0.12), 13);
      ellipse(c, 0, 0, 6.5, 7.5, skin);
      for (const k of [-1, 0, 1]) line(c, `M${3.4 * k} -3 L${4.4 * k} -9.5`, skin, 3);
      line(c, 'M-5 0 L-8.5 -3.5', skin, 3);
    }),
  );
}
