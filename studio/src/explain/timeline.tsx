import { useEffect, useState } from 'react';
import { EMOTIONS, type Emotion } from '../../../src/base/emotion.ts';
import type { FacesReport, TrackReport } from '../../../src/faces/report.ts';
import type { Peaks } from '../../../src/server/insight.ts';
import type { Stage } from '../../../src/server/jobs.ts';
import { LOOKS } from '../emotions.ts';
import { Button, Panel, Problem, Progress, Table } from '../ui/index.ts';
import { type Clock, clockText, useAt } from './clock.ts';
import { Curves } from './curves.tsx';
import { stepOf, strongest } from './faces.ts';
import type { Lit } from './lit.ts';
import type { Turn } from './scenes.ts';
import { Wave } from './wave.tsx';

/** What is seen of the film's time: from, to (s). */
export type Range = readonly [from: number, to: number];

interface TimelineProps {
  readonly duration: number;
  readonly clock: Clock;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly onSeek: (t: number) => void;
  readonly turns: readonly Turn[];
  readonly target: number;
  readonly peaks: Peaks | undefined;
  readonly sound: boolean;
  readonly report: FacesReport | undefined;
  readonly faces: {
    readonly error: unknown;
    readonly stage: Stage | undefined;
    readonly looking: boolean;
    readonly look: (() => void) | undefined;
  };
  readonly lit: Lit;
  /** When the pictures that the last answer saw appear (s). */
  readonly seen: readonly number[];
  readonly tools: React.ReactNode;
}

/** Faces that are drawn; the table has all of them. */
const MOST_TRACKS = 6;

/** Sound and faces over time, on one scale: drag to zoom, click to go there. */
export function TimelinePanel(props: TimelineProps) {
  const { duration, clock, range, onRange, onSeek, turns, target, peaks, sound, report, faces, lit, seen, tools } = props;
  const [shown, setShown] = useState<ReadonlySet<Emotion>>(() => new Set(EMOTIONS));
  const [table, setTable] = useState(false);
  const [box, width] = useWidth();
  const step = report === undefined ? 0.2 : stepOf(report);
  const tracks =
    report?.tracks
      .toSorted((a, b) => b.seen - a.seen)
      .slice(0, MOST_TRACKS)
      .toSorted((a, b) => a.id - b.id) ?? [];
  const toggle = (emotion: Emotion) => setShown(new Set(EMOTIONS.filter((one) => shown.has(one) !== (one === emotion))));
  return (
    <Panel
      title="Over time"
      tools={
        <>
          {tools}
          {report !== undefined && (
            <Button look="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
              Table
            </Button>
          )}
        </>
      }
    >
      <div className="explain-stack" ref={box}>
        {sound ? (
          <Wave peaks={peaks} turns={turns} range={range} width={width} target={target} lit={lit.turns} onSeek={onSeek} />
        ) : (
          <p className="hint">The film has no sound.</p>
        )}
        {seen.length > 0 && <Frames times={seen} range={range} lit={lit.frames} onSeek={onSeek} />}
        {tracks.map((track) => (
          <div key={track.id} className={`explain-track ${lit.tracks.has(track.id) ? 'lit' : ''}`}>
            <p className="explain-track-name">
              Face {track.id}
              <Reading track={track} clock={clock} />
            </p>
            <Curves
              track={track}
              shown={shown}
              range={range}
              width={width}
              step={step}
              onSeek={onSeek}
              onRange={([from, to]) => onRange(within([from, to], duration))}
            />
          </div>
        ))}
        <Playhead clock={clock} range={range} />
      </div>
      {report !== undefined && tracks.length > 0 && (
        <fieldset className="explain-legend">
          <legend className="unseen">Emotions that are drawn</legend>
          {EMOTIONS.map((emotion) => (
            <button
              key={emotion}
              type="button"
              className={`emotion ${emotion}`}
              aria-pressed={shown.has(emotion)}
              onClick={() => toggle(emotion)}
            >
              <svg width="22" height="8" aria-hidden="true">
                <line
                  x1="1"
                  x2="21"
                  y1="4"
                  y2="4"
                  stroke="currentColor"
                  strokeWidth="2"
                  strokeDasharray={LOOKS[emotion].dash.join(' ')}
                  className="explain-swatch"
                />
              </svg>
              {emotion}
            </button>
          ))}
        </fieldset>
      )}
      {report !== undefined && tracks.length === 0 && <p className="hint">No face was found in the film.</p>}
      {report !== undefined && (
        <p className="hint">
          {report.notes[0]} {report.tracks.length > tracks.length && `${report.tracks.length - tracks.length} more faces are in the table.`}
        </p>
      )}
      {faces.error !== null && <Problem error={faces.error} />}
      {report === undefined && faces.looking && (
        <Progress
          label={faces.stage?.stage === 'waiting' ? 'Waiting to look at the faces' : 'Looking at the faces'}
          done={faces.stage?.done}
          total={faces.stage?.total}
        />
      )}
      {report === undefined && !faces.looking && faces.look !== undefined && faces.error === null && (
        <div className="row">
          <Button onClick={faces.look}>Look at the faces</Button>
          <span className="hint">The film is long, so this is not done unasked.</span>
        </div>
      )}
      {table && report !== undefined && <FacesTable report={report} />}
    </Panel>
  );
}

/** A range that lies within the film, and shows a tenth of a second at least. */
export function within([from, to]: Range, duration: number): Range {
  const length = Math.min(duration, Math.max(0.1, Math.min(to, duration) - Math.max(0, from)));
  const start = Math.min(Math.max(0, from), duration - length);
  return [start, start + length];
}

function useWidth(): readonly [(element: HTMLElement | null) => void, number] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element === null) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return [setElement, width];
}

function Playhead({ clock, range: [from, to] }: { readonly clock: Clock; readonly range: Range }) {
  const part = useAt(clock, (t) => (t - from) / (to - from));
  return part < 0 || part > 1 ? null : <span className="explain-playhead" style={{ left: `${100 * part}%` }} aria-hidden="true" />;
}

function Frames({
  times,
  range: [from, to],
  lit,
  onSeek,
}: {
  readonly times: readonly number[];
  readonly range: Range;
  readonly lit: ReadonlyMap<number, number>;
  readonly onSeek: (t: number) => void;
}) {
  return (
    <ol className="explain-frames" aria-label="Pictures that the model saw">
      {times.map((t) => {
        const [part, strength] = [(t - from) / (to - from), lit.get(t)];
        if (part < 0 || part > 1) return null;
        return (
          <li key={t} style={{ left: `${100 * part}%` }}>
            <button
              type="button"
              tabIndex={-1}
              className={strength === undefined ? '' : 'lit'}
              onClick={() => onSeek(t)}
              title={`The model saw the picture at ${clockText(t)}`}
            >
              <span className="unseen">
                Picture at {clockText(t)}
                {strength === undefined ? '' : ', lit'}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Reading({ track, clock }: { readonly track: TrackReport; readonly clock: Clock }) {
  const text = useAt(clock, (t) => {
    const frame = track.frames.findLast((one) => one.t <= t + 1e-3 && t - one.t < 0.5);
    if (frame === undefined) return 'not in view';
    const [emotion, share] = strongest(frame.smoothed);
    return `${LOOKS[emotion].mark} ${emotion} ${Math.round(100 * share)} %`;
  });
  return <span className="number"> {text}</span>;
}

/** Readings of every face, at most one a second: what the curves show, in numbers. */
function FacesTable({ report }: { readonly report: FacesReport }) {
  const rows = report.tracks.flatMap(({ id, frames }) =>
    frames.filter(({ t }, i) => i === 0 || Math.floor(t) !== Math.floor(frames[i - 1]!.t)).map((frame) => ({ id, ...frame })),
  );
  return (
    <Table
      caption="How viewers would read each face, once a second (%)"
      rows={rows}
      keyOf={({ id, t }) => `${id} ${t}`}
      columns={[
        { head: 'Face', cell: ({ id }) => id },
        { head: 'Time', number: true, cell: ({ t }) => clockText(t) },
        ...EMOTIONS.map((emotion) => ({
          head: emotion,
          number: true,
          cell: ({ smoothed }: (typeof rows)[number]) => Math.round(100 * smoothed[emotion]),
        })),
      ]}
    />
  );
}
