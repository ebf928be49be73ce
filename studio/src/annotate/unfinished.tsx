import { Link } from 'wouter';
import type { Standing } from '../../../src/protocol/board.ts';
import { Button, Panel, Table } from '../ui/index.ts';
import type { Asked } from './mend.tsx';
import { STATUS_NAMES } from './status.ts';

interface UnfinishedProps {
  readonly campaign: string;
  readonly items: readonly Standing[];
  /** Ids of those whose authors have left. */
  readonly stalled: readonly string[];
  readonly onAsk: (asked: Asked) => void;
}

/** Items that are not finished: who sits there, and what can be done. */
export function Unfinished({ campaign, items, stalled, onAsk }: UnfinishedProps) {
  const going = items.filter(({ status }) => status !== 'published' && status !== 'withdrawn');
  return (
    <Panel title="Items that are not finished">
      {going.length === 0 ? (
        <p className="hint">Every item is published or withdrawn.</p>
      ) : (
        <Table
          caption="Items, who sits there, and what can be done"
          hideCaption
          rows={going}
          keyOf={({ id }) => id}
          marked={({ id }) => stalled.includes(id)}
          columns={[
            {
              head: 'Item',
              cell: ({ id }) => <Link href={`/${encodeURIComponent(campaign)}/items/${encodeURIComponent(id)}`}>{id}</Link>,
            },
            { head: 'Status', cell: (item) => STATUS_NAMES[item.status] },
            {
              head: 'Seats',
              cell: (item) =>
                item.seats === undefined ? (
                  <span className="hint">not told: you work on it yourself</span>
                ) : (
                  <ul className="seats">
                    {item.seats.map(({ seat, person, used }) => (
                      <li key={`${seat} ${person}`}>
                        {seat === 'draft' ? 'author' : 'voter'} {person}
                        <span className="hint">{used ? '' : 'nothing written yet'}</span>
                        <Button look="quiet" onClick={() => onAsk({ what: 'reassign', item, seat, from: person })}>
                          Reassign
                        </Button>
                      </li>
                    ))}
                    {item.seats.length === 0 && <li className="hint">nobody</li>}
                  </ul>
                ),
            },
            {
              head: 'Do',
              cell: (item) => (
                <Button look="quiet" onClick={() => onAsk({ what: 'withdraw', item })}>
                  Withdraw
                </Button>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
