/** Guidelines are written in Markdown. What they need of it, as values: nothing here ever becomes HTML. */

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly strong: boolean;
}

export type Block =
  | { readonly is: 'heading'; readonly level: 1 | 2 | 3; readonly spans: readonly Span[] }
  | { readonly is: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly is: 'list'; readonly entries: readonly (readonly Span[])[] };

/** Headings, lists and paragraphs, with **strong** words; everything else stays as it was typed. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { is: 'paragraph' | 'list'; lines: string[] } | undefined;
  const close = (): void => {
    if (open?.is === 'paragraph') blocks.push({ is: 'paragraph', spans: spansOf(open.lines.join(' ')) });
    if (open?.is === 'list') blocks.push({ is: 'list', entries: open.lines.map(spansOf) });
    open = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const heading = /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    const entry = /^\s*(?:[-*]|\d+[.)])\s+(.+)$/.exec(line);
    if (heading !== null) {
      close();
      blocks.push({ is: 'heading', level: Math.min(3, heading[1]!.length) as 1 | 2 | 3, spans: spansOf(heading[2]!) });
    } else if (entry !== null) {
      if (open?.is !== 'list') close();
      open ??= { is: 'list', lines: [] };
      open.lines.push(entry[1]!);
    } else if (line.trim() === '') close();
    else if (open?.is === 'list') open.lines.push(`${open.lines.pop()} ${line.trim()}`);
    else {
      open ??= { is: 'paragraph', lines: [] };
      open.lines.push(line.trim());
    }
  }
  close();
  return blocks;
}

function spansOf(line: string): Span[] {
  return line
    .split(/\*\*(.+?)\*\*/)
    .map((text, i) => ({ text, strong: i % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
