/** What all charts have in common: one face, the same colours on paper and on a dark screen. */

/** How a role looks: on paper, as attributes that every program understands (Skia reads no style sheets), and its colour on a dark screen, as style sheet. */
export interface Look {
  readonly attributes: string;
  readonly dark: string;
}

/** The face of every letter. */
export const FONT = `font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12"`;
/** Pixels. A letter of that face is taken as so wide: a little more than most are. */
export const LETTER = 7.1;

/** Looks by what they are for; a chart gives them the names of its own roles. */
export const LOOKS = {
  ground: { attributes: 'fill="#fff"', dark: 'fill:#14171d' },
  words: { attributes: 'fill="#1f2430"', dark: 'fill:#e7eaf0' },
  title: { attributes: 'fill="#1f2430" font-size="16" font-weight="600"', dark: 'fill:#e7eaf0' },
  panel: { attributes: 'fill="#1f2430" font-size="13" font-weight="600"', dark: 'fill:#e7eaf0' },
  muted: { attributes: 'fill="#5a6272" font-size="11"', dark: 'fill:#a4acbb' },
  strong: { attributes: 'fill="#2f6db5"', dark: 'fill:#79b0f2' },
  pale: { attributes: 'fill="#7fa8d9"', dark: 'fill:#3c6ea8' },
  whisker: { attributes: 'stroke="#1f2430" stroke-width="1.25" fill="none"', dark: 'stroke:#f2f4f8' },
  grid: { attributes: 'stroke="#dfe3ea"', dark: 'stroke:#2b313c' },
} as const satisfies Readonly<Record<string, Look>>;

/** Class and attributes of each role, and the colours of a dark screen; `within` narrows these to a part of a page, as `svg `. */
export function brush<R extends string>(looks: Readonly<Record<R, Look>>, within = ''): { as(role: R): string; readonly dark: string } {
  const rules = Object.entries<Look>(looks).map(([role, { dark }]) => `${within}.${role}{${dark}}`);
  return {
    as: (role) => `class="${role}" ${looks[role].attributes}`,
    dark: `@media (prefers-color-scheme:dark){${rules.join('')}}`,
  };
}

/** A tenth of a pixel is enough. */
export const round = (x: number): number => Math.round(x * 10) / 10;
