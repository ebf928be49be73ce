import { useState } from 'react';
import { Link } from 'wouter';
import { EmotionChip, Loaded, Table } from '../ui/index.ts';
import { useItems } from './desk.ts';
import { STATUS_NAMES } from './status.ts';

/** The items that one has a part in; for leads all. */
export function Items({ campaign }: { readonly campaign: string }) {
  const items = useItems(campaign);
  const [status, setStatus] = useState('');
  const all = items.data ?? [];
  const rows = all.filter((item) => status === '' || item.status === status);
  const there = [...new Set(all.map((item) => item.status))];
  return (
    <Loaded error={items.data === undefined ? items.error : null} ready={items.data !== undefined}>
      <div className="page">
        <div className="panel items-list">
          <div className="row">
            <h1>Items</h1>
            {there.length > 1 && (
              <label className="row">
                <span className="hint">Show</span>
                <select value={status} onChange={({ target }) => setStatus(target.value)}>
                  <option value="">all {all.length}</option>
                  {there.map((one) => (
                    <option key={one} value={one}>
                      {STATUS_NAMES[one]}: {all.filter((item) => item.status === one).length}
                    </option>
                  ))}
                </select>
              </label>
            )}
          </div>
          {all.length === 0 ? (
            <p className="hint">You have no part in an item yet. What you draft, vote on or discuss is listed here.</p>
          ) : (
            <Table
              caption="Items and where they stand"
              hideCaption
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                {
                  head: 'Item',
                  cell: ({ id }) => <Link href={`/${encodeURIComponent(campaign)}/items/${encodeURIComponent(id)}`}>{id}</Link>,
                },
                { head: 'Emotion', cell: ({ emotion }) => <EmotionChip of={emotion} /> },
                { head: 'Said', cell: ({ speaker, text }) => <span className="cut">{[speaker, text].filter(Boolean).join(': ')}</span> },
                { head: 'Status', cell: (item) => STATUS_NAMES[item.status] },
                { head: 'My part', cell: ({ mine }) => mine.map((seat) => (seat === 'draft' ? 'author' : 'voter')).join(', ') },
              ]}
            />
          )}
        </div>
      </div>
    </Loaded>
  );
}
