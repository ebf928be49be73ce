import { STATUSES } from '../../../src/protocol/item.ts';
import type { Progress } from '../../../src/protocol/progress.ts';
import { Bars, Panel, Table } from '../ui/index.ts';
import { STATUS_NAMES } from './status.ts';

const number = (value: number | undefined | null, digits = 2): string =>
  value === undefined || value === null ? 'n/a' : value.toFixed(digits);
const share = (part: number, whole: number): string => (whole === 0 ? 'n/a' : `${Math.round((100 * part) / whole)} %`);

/** How far a campaign is, and how far its people agree: the numbers first, a picture beside them. */
export function Dashboard({ of }: { readonly of: Progress }) {
  const { items, statuses, published, words, gate, votes, stalled } = of;
  const rows = STATUSES.map((status) => ({ status, count: statuses[status] }));
  return (
    <div className="dashboard">
      <Panel title={`Progress: ${statuses.published} of ${items} published`}>
        <div className="dashboard-pair">
          <Table
            caption="Items by status"
            hideCaption
            rows={rows}
            keyOf={({ status }) => status}
            columns={[
              { head: 'Status', cell: ({ status }) => STATUS_NAMES[status] },
              { head: 'Items', number: true, cell: ({ count }) => count },
              { head: 'Share', number: true, cell: ({ count }) => share(count, items) },
            ]}
          />
          <Bars rows={rows.map(({ status, count }) => ({ name: STATUS_NAMES[status], share: items === 0 ? 0 : count / items }))} />
        </div>
        {stalled.length > 0 && (
          <p className="callout warn">Their authors have left, so a seat has to be reassigned: {stalled.join(', ')}</p>
        )}
      </Panel>
      <Panel title="Agreement">
        <Table
          caption="Agreement of drafts and of voters"
          hideCaption
          keyOf={({ what }) => what}
          rows={[
            {
              what: 'Pairs that the gate has measured',
              value: `${gate.measured}`,
              about: gate.unscored > 0 ? `${gate.unscored} without a score` : '',
            },
            {
              what: 'Passed to the vote',
              value: share(gate.passed, gate.measured),
              about: gate.passed === 1 ? 'one pair' : `${gate.passed} pairs`,
            },
            { what: 'Mean agreement of two drafts', value: number(gate.mean, 3), about: "by the campaign's own measure" },
            { what: 'Panels that have voted', value: `${votes.panels}`, about: `${votes.unanimous} of one mind` },
            { what: "Krippendorff's α of voters", value: number(votes.alpha), about: 'nominal, over A, B and neither' },
            { what: 'Published by majority', value: `${published.majority}`, about: `${published.discussion} after discussion` },
            { what: 'Words in a published cause', value: number(words, 1), about: 'mean; 14.4 in ECEM' },
          ]}
          columns={[
            { head: 'What', cell: ({ what }) => what },
            { head: 'Value', number: true, cell: ({ value }) => value },
            { head: '', cell: ({ about }) => <span className="hint">{about}</span> },
          ]}
        />
      </Panel>
    </div>
  );
}
