import { at, type Brush, both, ellipse, line, shade, shape, within } from './brush.ts';
import type { Character } from './cast.ts';
import type { Muscles } from './muscles.ts';

/** Where the eyes look, −1 to 1 each way; right and down are positive. */
export interface Gaze {
  readonly x: number;
  readonly y: number;
}

const [EYE_X, EYE_Y, BROW_Y, NOSE_Y, MOUTH_Y] = [12.5, -3.5, -14, 10.5, 21.5];
/** Eyes are drawn a little larger than they are, so that they can be read in a small picture. */
const LARGER = 1.14;

/**
 * Eyes, brows, nose and mouth, with (0, 0) in the middle of the head. Proportions and shading are near enough to photographs that
 * networks trained on photographs find the face too (figures: docs/log.md).
 */
export function drawFace(c: Brush, who: Character, face: Muscles, gaze: Gaze): void {
  cheeks(c, face);
  for (const side of [-1, 1] as const) {
    eye(c, who, face, gaze, side);
    brow(c, who, face, side);
  }
  nose(c, who, face);
  if (face.frown > 0.5) {
    both(c, () => line(c, `M2 ${BROW_Y - 2} Q1.4 ${BROW_Y + 1} 2 ${BROW_Y + 4}`, shade(who.skin, -0.45), 0.8 * face.frown));
  }
  mouth(c, who, face);
}

function cheeks(c: Brush, { cheeks: up, corners }: Muscles): void {
  const red = 0.1 + 0.14 * Math.max(0, corners);
  both(c, () => ellipse(c, 16, 12 - 2 * up, 7, 5, `rgba(214,70,60,${red})`));
}

function eye(c: Brush, who: Character, { lids, cheeks: up, browIn, frown }: Muscles, gaze: Gaze, side: -1 | 1): void {
  at(c, { x: side * EYE_X, y: EYE_Y, scale: LARGER }, () => {
    ellipse(c, 0, 0, 8.6, 6, shade(who.skin, -0.13)); // the hollow
    const slant = side * (browIn > 0 ? -0.9 * browIn : -0.6 * browIn * frown); // sad eyes fall outwards, angry ones inwards
    const [top, bottom] = [-4.3 * lids, 3.2 * Math.min(1, lids) * (1 - 0.5 * up) + (lids > 1 ? (lids - 1) * 1.6 : 0)];
    if (lids < 0.15) {
      line(c, 'M-7 0.6 Q0 2.4 7 0.6', '#2a1c18', 1.4);
      return;
    }
    const upper = `M-7 ${0.5 - slant}C-3.5 ${top * 1.15} 3.5 ${top * 1.15} 7 ${0.5 + slant}`;
    const outline = `${upper}C3.5 ${bottom * 1.25} -3.5 ${bottom * 1.25} -7 ${0.5 - slant}`;
    shape(c, outline, '#fbf8f4');
    within(c, outline, () => {
      const [x, y] = [gaze.x * 2.4, gaze.y * 1.4 - 0.3];
      ellipse(c, x, y, 4, 4, shade(who.eyes, -0.35));
      ellipse(c, x, y, 3.4, 3.4, who.eyes);
      ellipse(c, x, y, 1.8, 1.8, '#0d0a09');
      ellipse(c, x + 1.2, y - 1.3, 0.9, 0.9, '#ffffff');
      ellipse(c, 0, top - 1.4, 8, 2.6, 'rgba(60,35,25,0.35)'); // the lid's shadow
    });

    line(c, upper, '#2a1c18', who.pronoun === 'she' ? 1.7 : 1.3);
    if (who.pronoun === 'she') line(c, `M${side * 6.6} ${0.3 + Math.abs(slant) * 0.3} L${side * 9} -1.6`, '#2a1c18', 1.1);
    line(c, `M-6 ${bottom + 0.9} Q0 ${bottom + 1.9} 6 ${bottom + 0.9}`, shade(who.skin, -0.3 - 0.2 * up), 0.6 + 0.4 * up);
    line(c, `M-6.5 ${top * 0.75 - 2} Q0 ${top - 2.6} 6.5 ${top * 0.75 - 2}`, shade(who.skin, -0.32), 0.6);
  });
}

function brow(c: Brush, who: Character, { browIn, browOut, frown }: Muscles, side: -1 | 1): void {
  const [inX, outX] = [side * (5.2 - 1.6 * frown), side * 20];
  const [inY, outY] = [BROW_Y - 4.6 * browIn, BROW_Y + 1.6 - 4.2 * browOut];
  const arch = Math.min(inY, outY) * 0.35 + (inY + outY) * 0.325 - 2.8 - 1.2 * Math.max(0, browOut);
  const [thick, colour] = [who.pronoun === 'she' ? 1.5 : 2, shade(who.hair, -0.3)];
  const middle = side * 13;
  const upper = `M${inX} ${inY - thick} Q${middle} ${arch - thick * 0.8} ${outX} ${outY}`;
  shape(c, `${upper} Q${middle} ${arch + thick * 1.2} ${inX} ${inY + thick * 1.1}`, colour);
}

function nose(c: Brush, who: Character, { nose: wrinkled }: Muscles): void {
  const [dark, y] = [shade(who.skin, -0.3), NOSE_Y - 2.2 * wrinkled];
  const side = c.createLinearGradient(-4, 0, 5, 0);
  side.addColorStop(0, 'rgba(255,255,255,0)');
  side.addColorStop(0.5, 'rgba(255,255,255,0.22)');
  side.addColorStop(1, 'rgba(90,45,25,0.22)');
  shape(c, `M-2.2 -6 Q-2.4 4 -5 ${y} Q0 ${y + 4} 5 ${y} Q2.4 4 2.2 -6`, side);
  both(c, () => {
    line(c, `M5.2 ${y - 1.5} Q6 ${y + 2} 3 ${y + 1.8}`, dark, 0.9);
    ellipse(c, 2.4, y + 1.3, 1.1, 0.7, shade(who.skin, -0.55));
  });
  line(c, `M-3 ${y + 1.8} Q0 ${y + 3.6} 3 ${y + 1.8}`, dark, 0.8);
  if (wrinkled < 0.3) return;
  both(c, () => {
    for (const k of [0, 1]) line(c, `M${2.2 + k} ${3 * k - 4} Q4.5 ${3 * k - 3} ${5 + k} ${3 * k + 0.5}`, dark, 0.9 * wrinkled);
    line(c, `M6.5 ${y - 1} Q12 ${y + 3} 13 ${MOUTH_Y - 1}`, dark, 1.1 * wrinkled); // the fold from nose to mouth
  });
}

function mouth(c: Brush, who: Character, { corners, jaw, width, upper, teeth, cheeks: up }: Muscles): void {
  const half = 11 * width;
  const [left, right] = [-half, half];
  const end = MOUTH_Y - 5 * corners + (jaw > 0.5 ? 1.5 : 0);
  const middle = MOUTH_Y + 1.9 * corners;
  const top = middle - 0.2 - 3.4 * upper - 2.2 * Math.max(0, jaw - 0.4);
  const bottom = Math.max(top + 0.01, middle + 11.5 * jaw + 1.4 * upper + (corners > 0 ? 1.2 * corners * Math.min(1, jaw * 4) : 0));
  const lip = who.pronoun === 'she' ? mixLip(who, '#b5413f') : mixLip(who, '#a2564a');
  const [upperLip, lowerLip] = [2.1, 3];
  const spread = half * 0.55;
  const [high, low] = [top - upperLip, bottom + lowerLip];
  const arc = high + 0.25 * upperLip - 0.7;
  const bow = `Q${-spread} ${high - 0.6} -1.2 ${arc} Q0 ${high + 0.5 * upperLip - 0.4} 1.2 ${arc}`;
  const rest = `Q${spread} ${high - 0.6} ${right + 0.6} ${end} Q${spread} ${low} 0 ${low + 0.4} Q${-spread} ${low} ${left - 0.6} ${end}`;
  shape(c, `M${left - 0.6} ${end} ${bow} ${rest}`, lip);
  if (bottom - top > 0.8) {
    const lower = `C${spread} ${bottom} ${-spread} ${bottom} ${left} ${end}`;
    const opened = `M${left} ${end} C${-spread} ${top} ${spread} ${top} ${right} ${end} ${lower}`;
    shape(c, opened, '#4a1414');
    within(c, opened, () => {
      if (jaw > 0.3) ellipse(c, 0, bottom + 0.5, half * 0.6, 4.5 * jaw, '#b4524f'); // the tongue
      const row = Math.min(bottom - top, 5.2) * teeth * 0.85;
      if (row <= 0.4) return;
      const edge = `L${right} ${end + row * 0.4} Q0 ${top + row * 1.5 + (corners > 0 ? 1.5 : 0)} ${left} ${end + row * 0.4}`;
      shape(c, `M${left} ${end - 2} Q0 ${top - 4} ${right} ${end - 2} ${edge}`, '#fbfaf5');
    });
  } else {
    line(c, `M${left} ${end} C${-spread} ${middle} ${spread} ${middle} ${right} ${end}`, shade(who.skin, -0.62), 1.2);
  }
  if (corners > 0.4 || up > 0.6) {
    both(c, () => line(c, `M7.5 ${NOSE_Y + 1} Q13.5 ${NOSE_Y + 4} ${half + 2.4} ${end - 0.5}`, shade(who.skin, -0.26), 0.9));
  }
  if (corners < -0.4) both(c, () => line(c, `M${half + 0.6} ${end + 0.4} L${half + 2} ${end + 2.5}`, shade(who.skin, -0.4), 0.9));
  line(c, `M-4 ${bottom + lowerLip + 3} Q0 ${bottom + lowerLip + 3.8} 4 ${bottom + lowerLip + 3}`, shade(who.skin, -0.2), 0.9);
}

/** A lip's colour, drawn towards the skin's: dark skins have darker lips. */
function mixLip({ skin }: Character, red: string): string {
  const part = (colour: string, from: number) => Number.parseInt(colour.slice(from, from + 2), 16);
  const mixed = [1, 3, 5].map((from) => Math.round(0.4 * part(skin, from) * 0.85 + 0.6 * part(red, from)));
  return `rgb(${mixed.join(',')})`;
}
