import { printable } from '../../metrics/index.ts';

/** Pixels. A letter of the 12 px sans serif face is taken as 7.1 wide: a little more than most are. */
export const LETTER = 7.1;

/** What each role looks like: on paper, as attributes that every program understands, and its colour on a dark screen, as style sheet. */
const LOOKS = {
  ground: { attributes: 'fill="#fff"', dark: 'fill:#14171d' },
  words: { attributes: 'fill="#1f2430"', dark: 'fill:#e7eaf0' },
  title: { attributes: 'fill="#1f2430" font-size="16" font-weight="600"', dark: 'fill:#e7eaf0' },
  panel: { attributes: 'fill="#1f2430" font-size="13" font-weight="600"', dark: 'fill:#e7eaf0' },
  muted: { attributes: 'fill="#5a6272" font-size="11"', dark: 'fill:#a4acbb' },
  first: { attributes: 'fill="#2f6db5"', dark: 'fill:#79b0f2' },
  second: { attributes: 'fill="#c9853b"', dark: 'fill:#e2a766' },
  middle: { attributes: 'fill="#7fa8d9"', dark: 'fill:#3c6ea8' },
  reach: { attributes: 'stroke="#1f2430" stroke-width="1.25" fill="none"', dark: 'stroke:#f2f4f8' },
  grid: { attributes: 'stroke="#dfe3ea"', dark: 'stroke:#2b313c' },
} as const satisfies Readonly<Record<string, { readonly attributes: string; readonly dark: string }>>;

export type Role = keyof typeof LOOKS;

/** Class and attributes of a role. */
export const as = (role: Role): string => `class="${role}" ${LOOKS[role].attributes}`;

/** Colours of a dark screen, as a style sheet. */
export const DARK = `@media (prefers-color-scheme:dark){${Object.entries(LOOKS)
  .map(([role, { dark }]) => `svg .${role}{${dark}}`)
  .join('')}}`;

/** A picture, and what it shows in words. */
export interface Drawing {
  readonly title: string;
  /** For those who do not see it. */
  readonly described: string;
  readonly width: number;
  readonly height: number;
  /** SVG elements. */
  readonly body: readonly string[];
}

/** An SVG that needs nothing else and runs nothing; as a part of a page (`id` names it there) without a style sheet of its own. Ends in a line break. */
export function svgOf({ title, described, width, height, body }: Drawing, id?: string): string {
  const [title_, desc] = [`${id ?? 'chart'}-title`, `${id ?? 'chart'}-desc`];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12" role="img" aria-labelledby="${title_} ${desc}">`,
    `<title id="${title_}">${escaped(title)}</title>`,
    `<desc id="${desc}">${escaped(described)}</desc>`,
    ...(id === undefined ? [`<style>${DARK}</style>`] : []),
    `<rect ${as('ground')} width="${width}" height="${height}"/>`,
    ...body,
    '</svg>',
  ].join('\n')}\n`;
}

/** A text element. */
export function label(
  role: Role,
  text: string,
  { x, y, end = false, middle = false }: { x: number; y: number; end?: boolean; middle?: boolean },
): string {
  const anchor = end ? ' text-anchor="end"' : middle ? ' text-anchor="middle"' : '';
  return `<text ${as(role)} x="${round(x)}" y="${round(y)}"${anchor}>${escaped(text)}</text>`;
}

/** Round numbers from 0 to above `high`, at most about `most`. */
export function ticksTo(high: number, most: number): number[] {
  const rough = (high || 1) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough - 1e-12)!;
  return Array.from({ length: Math.max(1, Math.ceil(high / step - 1e-9)) + 1 }, (_, i) => i * step);
}

/** A name in a place of so many letters. */
export function fitted(name: string, most: number): string {
  const letters = [...printable(name)];
  return letters.length <= most ? letters.join('') : `${letters.slice(0, Math.max(1, most - 1)).join('')}…`;
}

/** A tenth of a pixel is enough. */
export const round = (x: number): number => Math.round(x * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for XML and HTML, between tags and in quoted attributes. Characters that XML forbids, and those that turn the direction of writing, go. */
export function escaped(text: string): string {
  return text === '' ? '' : printable(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}
