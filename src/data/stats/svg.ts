import { printable } from '../../metrics/index.ts';
import { brush, FONT, LETTER, LOOKS, round } from '../../metrics/looks.ts';

export { LETTER, round };

/** What each role looks like. The style sheet may stand in a page with other classes of these names. */
export const { as, dark: DARK } = brush(
  {
    ground: LOOKS.ground,
    words: LOOKS.words,
    title: LOOKS.title,
    panel: LOOKS.panel,
    muted: LOOKS.muted,
    first: LOOKS.strong,
    second: { attributes: 'fill="#c9853b"', dark: 'fill:#e2a766' },
    middle: LOOKS.pale,
    reach: LOOKS.whisker,
    grid: LOOKS.grid,
  },
  'svg ',
);
export type Role = Parameters<typeof as>[0];

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
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT} role="img" aria-labelledby="${title_} ${desc}">`,
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

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for XML and HTML, between tags and in quoted attributes. Characters that XML forbids, and those that turn the direction of writing, go. */
export function escaped(text: string): string {
  return text === '' ? '' : printable(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}
