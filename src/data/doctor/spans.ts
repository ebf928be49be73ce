/** A piece of a text: where it begins, and where what follows it begins (UTF-16 units, as JavaScript counts). */
export type Span = readonly [from: number, to: number];

/**
 * Where each string of a JSON text stands, with its quotation marks, by its path: `12/conversations/1/value` is `[12].conversations[1].value`. The text
 * must be JSON (`JSON.parse` has read it). No recursion, so that depth cannot hurt.
 */
export function jsonStrings(text: string): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  const open: { readonly list: boolean; place: number | string; key: boolean }[] = [];
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[{}[\]:,]/g)) {
    const inner = open.at(-1);
    if (token === '{' || token === '[') open.push({ list: token === '[', place: token === '[' ? 0 : '', key: token === '{' });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') inner!.key = false;
    else if (token === ',') {
      if (inner!.list) inner!.place = Number(inner!.place) + 1;
      else inner!.key = true;
    } else if (inner?.key) inner.place = JSON.parse(token) as string;
    else found.set(open.map(({ place }) => place).join('/'), [index, index + token.length]);
  }
  return found;
}

/** Where each cell of a table stands, with its quotation marks, row by row; the header is the first. What `readCsv` can read. */
export function csvCells(text: string, delimiter: string): Span[][] {
  const rows: Span[][] = [];
  let row: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const from = at;
    if (text[at] === '"') {
      for (at++; at < text.length && (text[at] !== '"' || text[at + 1] === '"'); at++) if (text[at] === '"') at++;
      at++;
    }
    while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
    row.push([from, at]);
    if (text[at] === delimiter) {
      at++;
      if (at < text.length && text[at] !== '\n' && text[at] !== '\r') continue;
      row.push([at, at]); // the row ends with an empty cell
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    if (row.length > 1 || row[0]![1] > row[0]![0]) rows.push(row); // readCsv skips empty lines
    row = [];
  }
  return rows;
}
