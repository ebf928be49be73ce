import type { Emotion } from '../../src/base/emotion.ts';

/** How an emotion looks on a screen: a colour is never the only sign, so each has a mark, two letters and a way of drawing lines, too. */
export interface EmotionLook {
  /** Name of its colour in tokens.css, with the dashes. */
  readonly token: string;
  readonly mark: string;
  readonly short: string;
  /** Lengths of strokes and gaps; empty for a line without gaps. */
  readonly dash: readonly number[];
}

/** A row for each. */
export const LOOKS: Readonly<Record<Emotion, EmotionLook>> = {
  anger: { token: '--anger', mark: '▲', short: 'An', dash: [] },
  disgust: { token: '--disgust', mark: '✚', short: 'Di', dash: [8, 3] },
  fear: { token: '--fear', mark: '◆', short: 'Fe', dash: [2, 3] },
  joy: { token: '--joy', mark: '●', short: 'Jo', dash: [] },
  neutral: { token: '--neutral', mark: '○', short: 'Ne', dash: [1, 4] },
  sadness: { token: '--sadness', mark: '▼', short: 'Sa', dash: [] },
  surprise: { token: '--surprise', mark: '✦', short: 'Su', dash: [6, 2, 2, 2] },
};

/** A token's colour as it is now, for canvases. */
export const colourOf = (token: string, at: Element = document.documentElement): string => {
  // light-dark() is resolved by the browser only where a colour is used, so it is used once.
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  at.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
