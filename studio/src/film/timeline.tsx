import { type PointerEvent, useState } from 'react';
import type { Evidence, Modality, Turn } from '../../../src/protocol/writing.ts';
import type { Peaks } from '../../../src/server/insight.ts';
import { clockOf, type Player, usePlayerState, useTime } from './player.ts';

/** A stretch that is being chosen. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface TimelineProps {
  readonly player: Player;
  readonly turns: readonly Turn[];
  readonly target: number | undefined;
  /** What is marked, and in which modalities something can be. */
  readonly evidence?: Evidence;
  readonly modalities?: readonly Modality[];
  /** The outline of the sound, where it is known. */
  readonly peaks?: Peaks | undefined;
  /** What is chosen with "from here" and "to here". */
  readonly span?: Span | undefined;
  /** Absent where nothing can be marked. */
  readonly onStretch?: ((kind: 'sound' | 'picture', span: Span) => void) | undefined;
}

const NONE: Evidence = { text: [], sound: [], picture: [], faces: [], nothing: [] };

/** Time from left to right: who speaks, and where evidence lies. What it shows stands in lists beside it, too. */
export function Timeline({ player, turns, target, evidence = NONE, modalities = [], span, peaks, onStretch }: TimelineProps) {
  const { duration, ready } = usePlayerState(player);
  if (!ready || duration === 0) return null;
  const at = (from: number, to: number) => ({
    left: `${(100 * from) / duration}%`,
    width: `${Math.max(0.6, (100 * (Math.min(to, duration) - from)) / duration)}%`,
  });
  const timed = turns.filter((turn): turn is Turn & { start: number; end: number } => turn.start !== undefined && turn.end !== undefined);
  const lane = { player, duration, onStretch };
  return (
    <div className="timeline">
      <Scrub player={player} duration={duration} />
      {timed.length > 0 && (
        <div className="lane">
          <span className="lane-name">Turns</span>
          <div className="lane-time">
            {timed.map(({ number, speaker, start, end }) => (
              <button
                key={number}
                type="button"
                tabIndex={-1}
                className={`bar turn ${number === target ? 'target' : ''}`}
                style={at(start, end)}
                title={`${number} ${speaker ?? ''}: ${clockOf(start)} to ${clockOf(end)}`}
                onClick={() => player.playStretch(start, end)}
              >
                {number}
              </button>
            ))}
          </div>
        </div>
      )}
      {(['sound', 'picture'] as const)
        .filter((kind) => modalities.includes(kind))
        .map((kind) => (
          <Lane key={kind} kind={kind} {...lane}>
            {kind === 'sound' && peaks !== undefined && peaks.peaks.length > 0 && <Wave of={peaks} />}
            {evidence[kind].map(({ from, to, note }) => (
              <button
                key={`${from} ${to} ${note}`}
                type="button"
                tabIndex={-1}
                className={`bar ${kind}`}
                style={at(from, to)}
                title={note}
                onClick={() => player.playStretch(from, to)}
              />
            ))}
            {kind === 'picture' &&
              evidence.faces.map(({ face, time, note }) => (
                <button
                  key={`${face} ${time} ${note}`}
                  type="button"
                  tabIndex={-1}
                  className="bar face"
                  style={{ left: `${(100 * time) / duration}%` }}
                  title={`Face ${face}: ${note}`}
                  onClick={() => player.seek(time)}
                >
                  {face}
                </button>
              ))}
            {span !== undefined && <span className="bar chosen" style={at(span.from, span.to)} />}
          </Lane>
        ))}
    </div>
  );
}

/** Columns that are drawn. */
const COLUMNS = 400;

/** How loud it is over time: where to listen, not what is said. */
function Wave({ of: { peaks } }: { readonly of: Peaks }) {
  const width = Math.max(1, peaks.length / COLUMNS);
  const columns = Array.from({ length: Math.ceil(peaks.length / width) }, (_, i) =>
    Math.max(1, ...peaks.slice(Math.floor(i * width), Math.floor((i + 1) * width))),
  );
  const loudest = Math.max(40, ...columns); // of a quiet film the shape is wanted, of silence none
  const path = columns.map((value, i) => `M${i} ${100 - (96 * value) / loudest}h1V100h-1z`).join('');
  return (
    <svg className="wave" viewBox={`0 0 ${columns.length} 100`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

function Scrub({ player, duration }: { readonly player: Player; readonly duration: number }) {
  const time = useTime(player);
  return (
    <div className="lane scrub">
      <span className="lane-name" />
      <div className="lane-time">
        <input
          type="range"
          min={0}
          max={duration}
          step={0.01}
          value={Math.min(time, duration)}
          aria-label="Time"
          aria-valuetext={clockOf(time)}
          onChange={({ target }) => player.seek(Number(target.value))}
        />
      </div>
    </div>
  );
}

interface LaneProps extends Pick<TimelineProps, 'player' | 'onStretch'> {
  readonly kind: 'sound' | 'picture';
  readonly duration: number;
  readonly children: React.ReactNode;
}

/** A lane in which a stretch is drawn with the pointer; without drawing, it goes to that time. With keys: "from here", "to here", and the kind. */
function Lane({ kind, player, duration, onStretch, children }: LaneProps) {
  const [drawn, setDrawn] = useState<{ readonly a: number; readonly b: number }>();
  const timeAt = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return duration * Math.max(0, Math.min(1, (clientX - left) / width));
  };
  const isDrawn = drawn !== undefined && Math.abs(drawn.a - drawn.b) > duration / 100;
  return (
    <div className={`lane ${kind}`}>
      <span className="lane-name">{kind === 'sound' ? 'Sound' : 'Picture'}</span>
      <div
        className={`lane-time ${onStretch === undefined ? '' : 'drawable'}`}
        onPointerDown={(event) => {
          if (event.target !== event.currentTarget) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const a = timeAt(event);
          setDrawn({ a, b: a });
        }}
        onPointerMove={(event) => {
          if (drawn !== undefined) setDrawn({ a: drawn.a, b: timeAt(event) });
        }}
        onPointerUp={() => {
          if (drawn === undefined) return;
          if (isDrawn && onStretch !== undefined) onStretch(kind, { from: Math.min(drawn.a, drawn.b), to: Math.max(drawn.a, drawn.b) });
          else player.seek(drawn.a);
          setDrawn(undefined);
        }}
      >
        {children}
        {isDrawn && (
          <span
            className="bar chosen"
            style={{
              left: `${(100 * Math.min(drawn.a, drawn.b)) / duration}%`,
              width: `${(100 * Math.abs(drawn.a - drawn.b)) / duration}%`,
            }}
          />
        )}
      </div>
    </div>
  );
}
