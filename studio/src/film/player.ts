/** A film that is played: its time to the picture, and stretches of it. What may be seen ends where the file ends; nothing here can go beyond. */
import { useState, useSyncExternalStore } from 'react';

/** All of a player that changes seldom. */
export interface PlayerState {
  readonly ready: boolean;
  readonly playing: boolean;
  /** Seconds; 0 while it is not known. */
  readonly duration: number;
  readonly rate: number;
  /** Pixels; 0 of sound alone. */
  readonly width: number;
  readonly height: number;
  readonly failed: boolean;
}

export interface Player {
  /** Hands over the element. */
  readonly element: (media: HTMLVideoElement | null) => void;
  /** Seconds of the picture that is shown. */
  readonly time: () => number;
  seek(seconds: number): void;
  toggle(): void;
  /** From one moment to another, then it stops; a moment alone is only shown. */
  playStretch(from: number, to: number): void;
  setRate(rate: number): void;
  readonly state: () => PlayerState;
  onState(heard: () => void): () => void;
  onTime(heard: () => void): () => void;
}

/** How fast it can be played. */
export const RATES = [0.5, 0.75, 1, 1.5, 2] as const;

const NOT_READY: PlayerState = { ready: false, playing: false, duration: 0, rate: 1, width: 0, height: 0, failed: false };

function player(): Player {
  let media: HTMLVideoElement | null = null;
  let state = NOT_READY;
  let shown = 0;
  let end: number | undefined;
  let stop = () => {};
  const [states, times] = [new Set<() => void>(), new Set<() => void>()];
  const become = (change: Partial<PlayerState>): void => {
    state = { ...state, ...change };
    for (const one of states) one();
  };
  const at = (seconds: number): void => {
    shown = seconds;
    if (end !== undefined && seconds >= end - 0.02 && media !== null && !media.paused) {
      media.pause();
      media.currentTime = end;
      end = undefined;
    }
    for (const one of times) one();
  };

  const attach = (to: HTMLVideoElement): (() => void) => {
    const gone = new AbortController();
    const on = (event: string, work: () => void) => to.addEventListener(event, work, { signal: gone.signal });
    let frame = 0;
    let shot = 0;
    /** The time of the picture that is on the screen is known exactly; that of the element runs ahead of it. */
    const watch = (_: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      at(mediaTime);
      shot = to.requestVideoFrameCallback(watch);
    };
    const tick = (): void => {
      if (state.width === 0) at(to.currentTime); // of sound there are no pictures
      frame = requestAnimationFrame(tick);
    };
    on('loadedmetadata', () => {
      become({ ready: true, failed: false, duration: to.duration, width: to.videoWidth, height: to.videoHeight });
      if (to.videoWidth > 0) shot = to.requestVideoFrameCallback(watch);
    });
    on('play', () => become({ playing: true }));
    on('pause', () => become({ playing: false }));
    on('ratechange', () => become({ rate: to.playbackRate }));
    on('seeked', () => at(to.currentTime));
    on('timeupdate', () => at(state.playing && state.width > 0 ? shown : to.currentTime));
    on('ended', () => at(to.duration));
    on('error', () => become({ failed: true }));
    on('emptied', () => become(NOT_READY));
    frame = requestAnimationFrame(tick);
    if (to.readyState >= 1) become({ ready: true, duration: to.duration, width: to.videoWidth, height: to.videoHeight });
    return () => {
      gone.abort();
      cancelAnimationFrame(frame);
      to.cancelVideoFrameCallback(shot);
    };
  };
  const seek = (seconds: number): void => {
    if (media === null) return;
    const last = Number.isFinite(media.duration) ? media.duration : 0;
    media.currentTime = Math.max(0, Math.min(last, seconds));
  };
  return {
    element(to) {
      if (to === media) return;
      stop();
      media = to;
      stop = to === null ? () => {} : attach(to);
    },
    time: () => shown,
    seek(seconds) {
      end = undefined;
      seek(seconds);
    },
    toggle() {
      if (media === null) return;
      end = undefined;
      if (!media.paused) return media.pause();
      if (media.ended) media.currentTime = 0;
      void media.play().catch(() => {}); // shown by its state
    },
    playStretch(from, to) {
      if (media === null) return;
      media.pause();
      seek(from);
      end = to > from ? to : undefined;
      if (end !== undefined) void media.play().catch(() => {});
    },
    setRate(rate) {
      if (media !== null) media.playbackRate = rate;
    },
    state: () => state,
    onState(heard) {
      states.add(heard);
      return () => states.delete(heard);
    },
    onTime(heard) {
      times.add(heard);
      return () => times.delete(heard);
    },
  };
}

/** A player as long as the component is there; another film, another player. */
export function usePlayer(film: string | undefined): Player {
  const [made, setMade] = useState(() => ({ film, player: player() }));
  let mine = made;
  if (made.film !== film) {
    mine = { film, player: player() };
    setMade(mine);
  }
  return mine.player;
}

export const usePlayerState = (of: Player): PlayerState => useSyncExternalStore(of.onState, of.state);

/** The time, as often as it changes: for small components only. */
export const useTime = (of: Player): number => useSyncExternalStore(of.onTime, of.time);

/** Seconds as people read them: 1:02.3. */
export function clockOf(seconds: number): string {
  const tenths = Math.round(10 * Math.max(0, seconds));
  return `${Math.floor(tenths / 600)}:${`${Math.floor(tenths / 10) % 60}`.padStart(2, '0')}.${tenths % 10}`;
}
