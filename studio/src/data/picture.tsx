import type { Tried } from '../../../src/server/calibrations.ts';

interface PictureProps {
  readonly histogram: Tried['summary']['histogram'];
  readonly threshold: number;
  readonly curve: Tried['curve'];
  /** Ends of the axis. */
  readonly low: number;
  readonly high: number;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, MIDDLE, BOTTOM] = [640, 350, 44, 12, 26, 226, 322];

/** Scores of pairs that belong together above the line, of shuffled ones below it, with the threshold; under them both errors at every threshold. */
export function Picture({ histogram: { from, to, matched, shuffled }, threshold, curve, low, high }: PictureProps) {
  const at = (score: number): number => LEFT + ((score - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const width = (to - from) / matched.length;
  const half = (MIDDLE - TOP) / 2 - 6;
  const line = TOP + half;
  const bars = (counts: readonly number[], up: boolean) =>
    counts.map((n, i) => {
      const tall = (n / Math.max(1, ...counts)) * (half - 4); // shapes are compared, not numbers: those stand in the table
      const x = at(from + i * width);
      return (
        <rect
          key={x}
          x={x}
          width={Math.max(1, at(from + (i + 1) * width) - x - 1)}
          y={up ? line - tall : line}
          height={tall}
          className={up ? 'matched' : 'shuffled'}
        />
      );
    });
  const error = (key: 'missed' | 'passed') =>
    curve
      .map((one, i) => `${i === 0 ? 'M' : 'L'}${at(one.threshold).toFixed(1)} ${(BOTTOM - one[key] * (BOTTOM - MIDDLE - 14)).toFixed(1)}`)
      .join('');
  const ticks = Array.from({ length: 6 }, (_, i) => low + ((high - low) * i) / 5);
  return (
    <figure className="gate-picture">
      <figcaption className="row">
        <span className="legend matched">belong together</span>
        <span className="legend shuffled">shuffled</span>
        <span className="legend missed">missed</span>
        <span className="legend passed">let through</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label="Scores of both kinds of pairs, and the two errors at every threshold; the numbers stand in the table below"
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <path className="grid" d={`M${at(tick)} ${TOP}V${BOTTOM}`} />
            <text x={at(tick)} y={HEIGHT - 10} textAnchor="middle">
              {tick.toFixed(2)}
            </text>
          </g>
        ))}
        {bars(matched, true)}
        {bars(shuffled, false)}
        <path className="axis" d={`M${LEFT} ${line}H${WIDTH - RIGHT}`} />
        <path className="axis" d={`M${LEFT} ${BOTTOM}H${WIDTH - RIGHT}`} />
        <text x={LEFT - 6} y={MIDDLE + 18} textAnchor="end">
          100 %
        </text>
        <text x={LEFT - 6} y={BOTTOM + 4} textAnchor="end">
          0 %
        </text>
        <path className="missed" d={error('missed')} />
        <path className="passed" d={error('passed')} />
        <path className="threshold" d={`M${at(threshold)} ${TOP - 6}V${BOTTOM}`} />
        <text className="threshold-label" x={Math.min(WIDTH - 60, Math.max(LEFT + 26, at(threshold)))} y={TOP - 12} textAnchor="middle">
          above {threshold.toFixed(3)}
        </text>
      </svg>
    </figure>
  );
}
