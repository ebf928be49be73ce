import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { EMOTIONS, type Emotion } from '../../../src/base/emotion.ts';
import type { TrackReport } from '../../../src/faces/report.ts';
import { colourOf, LOOKS } from '../emotions.ts';
import { useDark } from '../theme.ts';
import type { Range } from './timeline.tsx';

interface CurvesProps {
  readonly track: TrackReport;
  readonly shown: ReadonlySet<Emotion>;
  readonly range: Range;
  readonly width: number;
  /** Seconds between two sampled pictures: a longer gap breaks the line. */
  readonly step: number;
  readonly onSeek: (t: number) => void;
  readonly onRange: (range: Range) => void;
}

const HEIGHT = 84;

/** How viewers would read one face over time, a line for each emotion. The table beside it has the same numbers. */
export function Curves({ track, shown, range, width, step, onSeek, onRange }: CurvesProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const dark = useDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: size, range and which lines are shown are set below, without a new plot; the theme changes the colours
  useEffect(() => {
    const rule = colourOf('--rule');
    const made = new uPlot(
      {
        width,
        height: HEIGHT,
        padding: [4, 0, 4, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { show: false }, y: false },
        scales: { x: { time: false, range: (_, min, max) => [min, max > min ? max : min + 1] }, y: { range: [0, 1] } },
        axes: [{ show: false }, { show: false, grid: { stroke: rule }, splits: [0.5, 1] }],
        series: [
          {},
          ...EMOTIONS.map((emotion) => ({
            label: emotion,
            stroke: colourOf(LOOKS[emotion].token),
            width: 1.75,
            dash: [...LOOKS[emotion].dash],
            show: shown.has(emotion),
            points: { show: false },
          })),
        ],
        hooks: {
          setSelect: [
            (self) => {
              if (self.select.width < 6) return;
              onRangeNow.current([self.posToVal(self.select.left, 'x'), self.posToVal(self.select.left + self.select.width, 'x')]);
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      dataOf(track, step) as uPlot.AlignedData,
      box.current!,
    );
    plot.current = made;
    return () => made.destroy();
  }, [track, step, dark]);
  const onRangeNow = useRef(onRange);
  onRangeNow.current = onRange;
  useEffect(() => plot.current?.setSize({ width, height: HEIGHT }), [width]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot has to be told, too
  useEffect(() => plot.current?.setScale('x', { min: range[0], max: range[1] }), [range, track, dark, width]);
  useEffect(() => {
    for (const [i, emotion] of EMOTIONS.entries()) plot.current?.setSeries(i + 1, { show: shown.has(emotion) });
  }, [shown]);
  return (
    <div
      ref={box}
      className="explain-curves"
      aria-hidden="true"
      onClick={({ clientX, detail }) => {
        const over = plot.current?.over.getBoundingClientRect();
        if (over && detail === 1) onSeek(plot.current!.posToVal(clientX - over.left, 'x'));
      }}
      onDoubleClick={() => onRange([0, Number.POSITIVE_INFINITY])}
    />
  );
}

/** Columns for uPlot: times, then each emotion; a gap where the face was not seen for a while. */
export function dataOf({ frames }: Pick<TrackReport, 'frames'>, step: number): (number | null)[][] {
  const rows = frames.flatMap(({ t, smoothed }, i) => {
    const row = [t, ...EMOTIONS.map((emotion) => smoothed[emotion])];
    const next = frames[i + 1];
    return next !== undefined && next.t - t > 2.5 * step ? [row, [t + step, ...EMOTIONS.map(() => null)]] : [row];
  });
  return [0, ...EMOTIONS.map((_, i) => i + 1)].map((column) => rows.map((row) => row[column] as number | null));
}
