import { createHash } from 'node:crypto';
import type { Section } from './report.ts';
import { DARK, escaped, svgOf } from './svg.ts';

const STYLE = `:root{color-scheme:light dark;--ground:#fff;--ink:#1f2430;--muted:#5a6272;--line:#dfe3ea}
@media (prefers-color-scheme:dark){:root{--ground:#14171d;--ink:#e7eaf0;--muted:#a4acbb;--line:#2b313c}}
body{margin:2rem auto;max-width:62rem;padding:0 1rem;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
svg{display:block;max-width:100%;height:auto}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{color:var(--muted);font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
p{color:var(--muted);font-size:.85rem;margin:.4rem 0}
@media print{body{margin:0;max-width:none}section{break-inside:avoid}h2{break-after:avoid}.wide{overflow:visible}}
${DARK}`;

/**
 * The report as one page: no script, nothing from outside (its policy forbids both, and allows this very style sheet by its hash), light and dark, for
 * screens and paper. All texts are data of strangers, and escaped. Ends in a line break.
 */
export function reportHtml(title: string, sections: readonly Section[]): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${sections
  .filter(({ rows }) => rows.length > 0)
  .map(sectionHtml)
  .join('\n')}
</body>
</html>
`;
}

function sectionHtml({ title, columns, rows, notes, drawing }: Section, i: number): string {
  const side = (column: number) => (columns[column]?.right ? ' class="number"' : '');
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    `<tr>${texts.map((text, k) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}${side(k)}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  return [
    '<section>',
    `<h2>${escaped(title)}</h2>`,
    ...(drawing === undefined ? [] : [svgOf(drawing, `chart-${i}`).trimEnd()]),
    '<div class="wide"><table>',
    `<thead>${cells(
      'th',
      columns.map(({ head }) => head),
    )}</thead>`,
    `<tbody>\n${rows.map((row) => cells('td', row)).join('\n')}\n</tbody>`,
    '</table></div>',
    ...notes.map((note) => `<p>${escaped(note)}</p>`),
    '</section>',
  ].join('\n');
}
