import { useQuery } from '@tanstack/react-query';
import { type PointerEvent, type ReactNode, useState } from 'react';
import type { Region } from '../../../src/protocol/writing.ts';
import { action, useActions } from '../actions.ts';
import { OWN_HEADER, ProblemError, problemIn } from '../api.ts';
import { Button, Does, Problem, Progress } from '../ui/index.ts';
import './film.css';
import { clockOf, type Player, RATES, usePlayerState, useTime } from './player.ts';

interface FilmProps {
  readonly src: string;
  readonly player: Player;
  /** Where in the picture somebody points; drawn with the pointer. */
  readonly region?: Region | undefined;
  readonly onRegion?: ((region: Region | undefined) => void) | undefined;
  /** Regions to be shown with their names. */
  readonly marks?: readonly { readonly label: string; readonly region: Region }[];
  /** Over the picture. */
  readonly over?: ReactNode;
  readonly children?: ReactNode;
}

interface PlayState {
  readonly player: Player;
  readonly ready: boolean;
}
const isReady = ({ ready }: PlayState): boolean => ready;
const PLAY = {
  toggle: action<PlayState>({
    id: 'play',
    label: 'Play or pause',
    keys: ['Space', 'k'],
    group: 'Film',
    enabled: isReady,
    perform: ({ player }) => player.toggle(),
  }),
  move: action<PlayState>({
    id: 'move',
    label: 'A second back or on',
    keys: ['ArrowLeft', 'ArrowRight'],
    group: 'Film',
    enabled: isReady,
    perform: ({ player }, key) => player.seek(player.time() + (key === 'ArrowLeft' ? -1 : 1)),
  }),
  step: action<PlayState>({
    id: 'step',
    label: 'A picture back or on',
    keys: [',', '.'],
    group: 'Film',
    enabled: isReady,
    perform: ({ player }, key) => player.seek(player.time() + (key === ',' ? -0.04 : 0.04)),
  }),
  start: action<PlayState>({
    id: 'start',
    label: 'From the beginning',
    keys: ['Home'],
    group: 'Film',
    enabled: isReady,
    perform: ({ player }) => player.seek(0),
  }),
  slower: action<PlayState>({
    id: 'speed',
    label: 'Slower or faster',
    keys: ['-', '+'],
    group: 'Film',
    enabled: isReady,
    perform: ({ player }, key) => {
      const at = RATES.indexOf(player.state().rate as (typeof RATES)[number]);
      player.setRate(RATES[Math.max(0, Math.min(RATES.length - 1, at + (key === '-' ? -1 : 1)))]!);
    },
  }),
} as const;

/** The film up to the utterance, with what plays it. */
export function Film({ src, player, region, onRegion, marks = [], over, children }: FilmProps) {
  const state = usePlayerState(player);
  const does = useActions<PlayState, typeof PLAY>(PLAY, { player, ready: state.ready });
  return (
    <div className="film">
      <div className={`film-stage ${state.width === 0 && state.ready ? 'sound-only' : ''}`}>
        <div className="film-picture" style={state.width > 0 ? { aspectRatio: `${state.width} / ${state.height}` } : undefined}>
          {/* biome-ignore lint/a11y/useMediaCaption: what is said stands beside it, turn by turn */}
          <video
            src={src}
            ref={player.element}
            preload="auto"
            playsInline
            tabIndex={-1}
            aria-label="The conversation up to the utterance"
          />
          {onRegion !== undefined && state.width > 0 && <Pointing region={region} onRegion={onRegion} />}
          {marks.map(({ label, region: at }) => (
            <Frame key={label} region={at} label={label} />
          ))}
          {over}
        </div>
        {!state.ready && !state.failed && <Progress label="The film is cut at the end of this turn" />}
        {state.ready && state.width === 0 && <p className="hint">Sound only</p>}
      </div>
      {state.failed && <WhyNot src={src} />}
      <div className="film-controls">
        <Does of={does.toggle} look="main">
          {state.playing ? 'Pause' : 'Play'}
        </Does>
        <Button look="quiet" onClick={() => player.seek(player.time() - 1)} disabled={!state.ready} title="A second back (←)">
          −1 s
        </Button>
        <Button look="quiet" onClick={() => player.seek(player.time() + 1)} disabled={!state.ready} title="A second on (→)">
          +1 s
        </Button>
        <Clock player={player} duration={state.duration} />
        <label className="film-rate">
          <span className="unseen">Speed</span>
          <select value={state.rate} onChange={({ target }) => player.setRate(Number(target.value))} title="Speed (− and +)">
            {RATES.map((rate) => (
              <option key={rate} value={rate}>
                {rate} ×
              </option>
            ))}
          </select>
        </label>
      </div>
      {children}
    </div>
  );
}

function Clock({ player, duration }: { readonly player: Player; readonly duration: number }) {
  const time = useTime(player);
  return (
    <span className="film-clock number">
      {clockOf(time)} <span className="hint">/ {clockOf(duration)}</span>
    </span>
  );
}

/** Why a film cannot be played: the server is asked for its first byte. */
function WhyNot({ src }: { readonly src: string }) {
  const { error, data } = useQuery({
    queryKey: ['film', src],
    retry: false,
    queryFn: async () => {
      const response = await fetch(src, { headers: { ...OWN_HEADER, range: 'bytes=0-0' } });
      if (!response.ok) throw new ProblemError(await problemIn(response));
      return response.headers.get('content-type');
    },
  });
  if (error !== null) return <Problem error={error} />;
  return data === undefined ? null : <p className="callout warn">This browser cannot play {data ?? 'the film'}. Another one may.</p>;
}

/** Takes a region of the picture from the pointer. */
function Pointing({ region, onRegion }: { readonly region: Region | undefined; readonly onRegion: (region: Region | undefined) => void }) {
  const [from, setFrom] = useState<{ x: number; y: number }>();
  const place = ({ currentTarget, clientX, clientY }: PointerEvent<HTMLElement>) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const share = (value: number) => Math.round(1000 * Math.max(0, Math.min(1, value))) / 1000;
    return { x: share((clientX - left) / width), y: share((clientY - top) / height) };
  };
  const between = (a: { x: number; y: number }, b: { x: number; y: number }): Region => ({
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.round(1000 * Math.abs(a.x - b.x)) / 1000,
    height: Math.round(1000 * Math.abs(a.y - b.y)) / 1000,
  });
  return (
    <div
      className="film-pointing"
      title="Drag to mark a part of the picture"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setFrom(place(event));
        onRegion(undefined);
      }}
      onPointerMove={(event) => {
        if (from !== undefined) onRegion(between(from, place(event)));
      }}
      onPointerUp={(event) => {
        const drawn = from && between(from, place(event));
        setFrom(undefined);
        onRegion(drawn !== undefined && drawn.width > 0.02 && drawn.height > 0.02 ? drawn : undefined);
      }}
    >
      {region !== undefined && <Frame region={region} label="marked" />}
    </div>
  );
}

const percent = (share: number): string => `${100 * share}%`;
function Frame({ region, label }: { readonly region: Region; readonly label: string }) {
  const { x, y, width, height } = region;
  return (
    <div className="film-region" style={{ left: percent(x), top: percent(y), width: percent(width), height: percent(height) }}>
      <span>{label}</span>
    </div>
  );
}
