import type { Erasing } from '../../../src/server/erasures.ts';
import { Button } from '../ui/index.ts';

/** What was erased, and what nobody asked to be. */
export function Erased({ of: { erased, found }, onClose }: { readonly of: Erasing; readonly onClose: () => void }) {
  const left = [
    ...found.films.map(({ name }) => `the film ${name}`),
    ...found.datasets.map(({ name }) => `the data set ${name}`),
    ...found.campaigns.map(({ title }) => `the campaign ${title}`),
  ];
  if (erased === undefined) return null;
  const { as, counts, films, datasets, campaigns } = erased;
  return (
    <div className="stack">
      <p className="callout good" role="status">
        Done. The person is {as} now. Gone: {counts.turns} turns, {counts.explanations} explanations, the texts of {counts.rated} rated
        items, {films} films, {datasets} data sets; and what rested on it in {campaigns.length} campaigns.
      </p>
      {left.length > 0 && (
        <div className="callout warn">
          <p>The person may still be in what you left:</p>
          <ul>
            {left.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      <p className="hint">Who did it, when, and how much there was is kept; the name is not.</p>
      <div className="row end">
        <Button look="main" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}
