import type { StatisticsReport } from '../../../src/server/set-work.ts';
import { Panel, Table } from '../ui/index.ts';

/** What was counted: each chart with its table beside it. `chartAt` is the address of a chart. */
export function Sections({ of, chartAt }: { readonly of: StatisticsReport['sections']; readonly chartAt: (chart: string) => string }) {
  return of.map(({ title, columns, rows, notes, chart }) => (
    <Panel key={title} title={title}>
      <div className={chart === undefined ? 'stack' : 'statistic-with-chart'}>
        {chart !== undefined && (
          <figure>
            <img src={chartAt(chart)} alt={`${title}; the numbers stand in the table beside it`} />
          </figure>
        )}
        <div className="stack">
          <Table
            caption={title}
            hideCaption
            rows={rows}
            keyOf={(_, i) => i}
            columns={columns.map(({ head, right }, k) => ({
              head,
              ...(right ? { number: true } : {}),
              cell: (row: readonly string[]) => row[k] ?? '',
            }))}
          />
          {notes.map((note) => (
            <p key={note} className="hint">
              {note}
            </p>
          ))}
        </div>
      </div>
    </Panel>
  ));
}
