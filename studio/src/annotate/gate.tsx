import type { Measured } from '../../../src/protocol/state.ts';

/** What the gate has said, with the measure that said it: a number without it means nothing. */
export function Gate({ measured }: { readonly measured: Measured | undefined }) {
  if (measured === undefined) return <p className="hint">This campaign has no gate: every pair of drafts is discussed.</p>;
  const { score, threshold, passed, signature } = measured;
  return (
    <div className="gate">
      <div className="gate-numbers">
        <span className={`gate-verdict ${passed ? 'good' : 'warn'}`}>{passed ? 'To the vote' : 'To discussion'}</span>
        <span>
          agreement <strong className="number">{score === null ? 'not to be computed' : score.toFixed(3)}</strong>, more than{' '}
          <span className="number">{threshold}</span> is needed
        </span>
      </div>
      {score !== null && (
        <svg
          className="gate-scale"
          viewBox="0 0 200 14"
          role="img"
          aria-label={`${score.toFixed(3)} on a scale from 0 to 1, threshold ${threshold}`}
        >
          <rect className="ground" x="0" y="5" width="200" height="4" rx="2" />
          <rect className={passed ? 'good' : 'warn'} x="0" y="5" width={200 * Math.max(0, Math.min(1, score))} height="4" rx="2" />
          <line
            className="threshold"
            x1={200 * Math.max(0, Math.min(1, threshold))}
            x2={200 * Math.max(0, Math.min(1, threshold))}
            y1="0"
            y2="14"
          />
        </svg>
      )}
      <code className="gate-signature">{signature}</code>
    </div>
  );
}
