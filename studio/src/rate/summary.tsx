import { Link } from 'wouter';
import { Bars, Loaded, Panel, Table } from '../ui/index.ts';
import { CRITERIA } from './criteria.ts';
import { useSummary } from './desk.ts';

const number = (value: number | null | undefined): string => (value === null || value === undefined ? 'n/a' : value.toFixed(2));

/** How far raters are, and how far they agree, while they rate; for owners. */
export function Summary({ study }: { readonly study: string }) {
  const summary = useSummary(study);
  const { data } = summary;
  if (data === undefined) return <Loaded error={summary.error} />;
  const root = `/studies/${encodeURIComponent(study)}`;
  return (
    <div className="stack page">
      <div className="row">
        <h1>{data.title}</h1>
        <Link href={`/${encodeURIComponent(study)}`}>Rate it</Link>
      </div>
      <div className="dashboard">
        <Panel title="Raters">
          {data.raters.length === 0 ? (
            <p className="hint">Nobody has rated yet. Raters find the study in their Rate view.</p>
          ) : (
            <div className="dashboard-pair">
              <Table
                caption="Items that each rater has rated"
                hideCaption
                rows={data.raters}
                keyOf={({ rater }) => rater}
                columns={[
                  { head: 'Rater', cell: ({ rater }) => rater },
                  { head: 'Rated', number: true, cell: ({ done }) => `${done} of ${data.items}` },
                ]}
              />
              <Bars rows={data.raters.map(({ rater, done }) => ({ name: rater, share: done / data.items }))} />
            </div>
          )}
        </Panel>
        <Panel title="Agreement, as it is now">
          <Table
            caption="Krippendorff's alpha by criterion"
            rows={data.agreement}
            keyOf={({ criterion }) => criterion}
            columns={[
              { head: 'Criterion', cell: ({ criterion }) => CRITERIA.find(({ name }) => name === criterion)?.label ?? criterion },
              { head: "Krippendorff's α, ordinal", number: true, cell: ({ alpha }) => number(alpha) },
              { head: 'Texts with two raters or more', number: true, cell: ({ shared }) => shared },
            ]}
          />
        </Panel>
      </div>
      <Panel title="Systems">
        {data.systems === null ? (
          <p>
            You are rating this study yourself. The means of the systems are shown when you have rated all of it: before that they would say
            which text is whose.
          </p>
        ) : data.systems.length === 0 ? (
          <p className="hint">No ratings yet.</p>
        ) : (
          <div className="dashboard-pair">
            <Table
              caption="Mean rating, 1 to 5, every item counting once"
              rows={data.systems}
              keyOf={({ system }) => system}
              columns={[
                { head: 'System', cell: ({ system }) => system },
                ...CRITERIA.map(({ name, label }) => ({
                  head: label,
                  number: true,
                  cell: (row: NonNullable<typeof data.systems>[number]) => number(row.means[name]),
                })),
                { head: 'Ratings', number: true, cell: ({ ratings }) => ratings },
              ]}
            />
            <Bars rows={data.systems.map(({ system, means }) => ({ name: system, share: (means.relevance ?? 0) / 5 }))} />
          </div>
        )}
        {data.systems !== null && data.systems.length > 0 && (
          <p className="hint">Bars: relevance. Intervals, tests and biases of raters come from the command line.</p>
        )}
      </Panel>
      <Panel title="Export">
        <div className="stack">
          <div className="row">
            <a className="button plain" href={`${root}/ratings.csv`} download>
              Ratings as CSV
            </a>
            <a className="button plain" href={`${root}/ratings.jsonl`} download>
              Ratings as JSON Lines
            </a>
          </div>
          <p className="hint">
            Intervals, agreement and paired tests: <code>famenet rate summary ratings.csv</code>
          </p>
        </div>
      </Panel>
    </div>
  );
}
