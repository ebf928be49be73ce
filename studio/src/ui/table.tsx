import type { ReactNode } from 'react';

export interface Column<R> {
  readonly head: string;
  /** Numbers stand at the right, under each other. */
  readonly number?: boolean;
  readonly cell: (row: R, index: number) => ReactNode;
}

interface TableProps<R> {
  /** Says what the table shows; read out, and seen unless `hideCaption`. */
  readonly caption: string;
  readonly hideCaption?: boolean;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R, index: number) => string | number;
  /** Rows that stand out. */
  readonly marked?: (row: R, index: number) => boolean;
}

/** A table; the first cell of each row names it. It scrolls by itself where it is too wide. */
export function Table<R>({ caption, hideCaption = false, columns, rows, keyOf, marked }: TableProps<R>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section className="table-box" tabIndex={0} aria-label={caption}>
      <table>
        <caption className={hideCaption ? 'unseen' : ''}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, number }) => (
              <th key={head} scope="col" className={number ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={keyOf(row, i)} className={marked?.(row, i) ? 'marked' : ''}>
              {columns.map(({ head, number, cell }, k) =>
                k === 0 ? (
                  <th key={head} scope="row" className={number ? 'number' : ''}>
                    {cell(row, i)}
                  </th>
                ) : (
                  <td key={head} className={number ? 'number' : ''}>
                    {cell(row, i)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
