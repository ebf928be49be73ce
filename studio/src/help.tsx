import { useState } from 'react';
import { setSingleKeys, singleKeys, useAllActions } from './actions.ts';
import { Dialog, Keys } from './ui/index.ts';

/** All that can be done now, by group, with the keys: made from the actions themselves. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const actions = useAllActions().filter(({ keys }) => keys.length > 0);
  const groups = [...new Set(actions.map(({ group }) => group))].toSorted(
    (a, b) => Number(a === 'Everywhere') - Number(b === 'Everywhere'),
  );
  const [single, setSingle] = useState(singleKeys);
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div className="help-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="key-list">
              {actions
                .filter((one) => one.group === group)
                .map(({ id, label, keys, enabled }) => (
                  <div key={id} className={enabled ? '' : 'off'}>
                    <dt>
                      {label}
                      {!enabled && <span className="hint"> (not now)</span>}
                    </dt>
                    <dd>
                      <Keys of={keys} />
                      <span className="unseen">{keys.join(' or ')}</span>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="choice">
        <input
          type="checkbox"
          checked={single}
          onChange={({ target }) => {
            setSingleKeys(target.checked);
            setSingle(target.checked);
          }}
        />
        <span>
          <strong>Keys without Ctrl or Alt</strong>{' '}
          <span className="hint">Switch them off if you speak to your computer, or press keys by accident.</span>
        </span>
      </label>
    </Dialog>
  );
}
