import type { Emotion } from '../base/emotion.ts';

/**
 * What the muscles of a drawn face do. 0 is at rest, and 1 is as far as people go, unless it says otherwise.
 * A handful of the action units of Ekman and Friesen's Facial Action Coding System (1978), whose numbers stand behind the names.
 */
export interface Muscles {
  /** Inner ends of the brows, −1 (down, 4) to 1 (up, 1). */
  readonly browIn: number;
  /** Outer ends of the brows, −1 to 1 (up, 2). */
  readonly browOut: number;
  /** Brows drawn together (4). */
  readonly frown: number;
  /** Opening of the eyes: 0 shut, 0.6 at rest, 1.5 wide (5). */
  readonly lids: number;
  /** Lower lids and cheeks pushed up (6, 7). */
  readonly cheeks: number;
  /** Corners of the mouth, −1 (down, 15) to 1 (up, 12). */
  readonly corners: number;
  /** Jaw dropped (26). */
  readonly jaw: number;
  /** Width of the mouth: 0.6 pursed (18), 0.7 at rest, 1.4 stretched (20). */
  readonly width: number;
  /** Upper lip raised (10). */
  readonly upper: number;
  /** Nose wrinkled (9). */
  readonly nose: number;
  /** How much of the opening shows teeth. */
  readonly teeth: number;
}

const REST: Muscles = {
  browIn: 0,
  browOut: 0,
  frown: 0,
  lids: 0.72,
  cheeks: 0,
  corners: 0.1,
  jaw: 0,
  width: 0.82,
  upper: 0,
  nose: 0,
  teeth: 0.3,
};

/** The prototypes: which muscles each emotion uses, after the EMFACS table of the same authors. */
export const EXPRESSIONS: Readonly<Record<Emotion, Muscles>> = {
  neutral: { ...REST, browIn: -0.3, browOut: 0.22, lids: 0.56, corners: 0.06, width: 0.68, nose: 0.15 },
  joy: { ...REST, browOut: 0.15, browIn: 0.15, lids: 0.85, cheeks: 0.75, corners: 1, jaw: 0.3, width: 1.35, teeth: 1 },
  sadness: { ...REST, browIn: 0.85, browOut: -0.5, frown: 0.2, lids: 0.66, cheeks: 0.1, corners: -1, width: 0.92 },
  anger: {
    ...REST,
    browIn: -1,
    browOut: 0.42,
    frown: 1,
    lids: 0.72,
    cheeks: 0.1,
    corners: -0.4,
    jaw: 0.26,
    width: 1,
    upper: 0.1,
    nose: 0.28,
    teeth: 0.7,
  },
  fear: { ...REST, browIn: 1, browOut: 0.2, frown: 0.7, lids: 1.5, corners: -0.45, jaw: 0.42, width: 1.3, teeth: 0.7 },
  disgust: {
    ...REST,
    browIn: -0.75,
    browOut: -0.28,
    frown: 0.5,
    lids: 0.5,
    cheeks: 0.68,
    corners: -0.5,
    jaw: 0.03,
    width: 0.75,
    upper: 1,
    nose: 1,
    teeth: 0.35,
  },
  surprise: { ...REST, browIn: 0.9, browOut: 1, lids: 1.5, corners: 0, jaw: 0.95, width: 0.7, teeth: 0.15 },
};

/** A face on the way from one expression to another: 0 is `from`, 1 is `to`. */
export function between(from: Muscles, to: Muscles, share: number): Muscles {
  const mixed = Object.entries(from).map(([name, value]) => [name, value + (to[name as keyof Muscles] - value) * share]);
  return Object.fromEntries(mixed) as unknown as Muscles; // the very names of `from`
}

/** The same face while it says something: `opening` 0–1 is how far the jaw drops for the sound, `blink` 0–1 how far the lids come down. */
export function alive(face: Muscles, { opening, blink }: { readonly opening: number; readonly blink: number }): Muscles {
  return {
    ...face,
    jaw: Math.min(1, face.jaw * (1 - 0.5 * Math.min(1, opening * 2)) + 0.75 * opening),
    width: Math.max(face.width, 0.65 + 0.3 * opening),
    teeth: Math.max(face.teeth, 0.4 * opening),
    lids: face.lids * (1 - blink),
  };
}
