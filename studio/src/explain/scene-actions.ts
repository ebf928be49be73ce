import type { RefObject } from 'react';
import type { Emotion } from '../../../src/base/emotion.ts';
import type { Modality } from '../../../src/fame/prompt.ts';
import { action } from '../actions.ts';
import type { Clock } from './clock.ts';
import type { Film, Turn } from './scenes.ts';
import type { Range } from './timeline.tsx';

/** What can be done with a scene. */
export interface SceneState {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly clock: Clock;
  readonly film: Film | undefined;
  readonly duration: number;
  readonly range: Range;
  readonly turns: readonly Turn[];
  readonly target: number;
  /** Modalities that can be had, and those that are on. */
  readonly can: readonly Modality[];
  readonly on: readonly Modality[];
  readonly emotion: Emotion | undefined;
  /** Whether an answer is being made. */
  readonly going: boolean;
  /** Seconds from one picture to the next. */
  readonly step: number;
  readonly seek: (t: number) => void;
  readonly choose: (index: number) => void;
  readonly setRange: (range: Range) => void;
  readonly toggle: (modality: Modality) => void;
  readonly toggleBoxes: () => void;
  readonly toggleWeigh: () => void;
  readonly ask: () => void;
  readonly stop: () => Promise<unknown>;
}

type S = SceneState;
const SPEEDS = [0.25, 0.5, 0.75, 1, 1.5, 2] as const;

const hasFilm = ({ film }: S) => film !== undefined;
const move = (by: (s: S) => number) => (s: S) => {
  s.video.current?.pause();
  s.seek(s.clock.now() + by(s));
};
/** So many times as much of the film's time, around where the player is. */
const zoom =
  (times: number) =>
  ({ range: [from, to], clock, setRange }: S) => {
    const at = Math.min(to, Math.max(from, clock.now()));
    setRange([at - (at - from) * times, at + (to - at) * times]);
  };
const speed =
  (by: 1 | -1) =>
  ({ video }: S) => {
    const element = video.current;
    if (element === null) return;
    const at = SPEEDS.findIndex((one) => one >= element.playbackRate);
    element.playbackRate = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))]!;
  };
const modality = (m: Modality, id: string, label: string, key: string) =>
  action<S>({
    id,
    label,
    keys: [key],
    group: 'Question',
    // the last one that is on stays on: something has to be looked at
    enabled: ({ can, on }) => can.includes(m) && !(on.length === 1 && on[0] === m),
    perform: ({ toggle }) => toggle(m),
  });

/** All of it, in the order of the help. */
export const SCENE_ACTIONS = {
  play: action<S>({
    id: 'play',
    label: 'Play or pause',
    keys: ['Space', 'k'],
    group: 'Film',
    enabled: hasFilm,
    perform: ({ video: { current } }) => (current?.paused ? current.play() : current?.pause()),
  }),
  back: action<S>({
    id: 'back',
    label: 'A second back',
    keys: ['ArrowLeft', 'j'],
    group: 'Film',
    enabled: hasFilm,
    perform: move(() => -1),
  }),
  on: action<S>({ id: 'on', label: 'A second on', keys: ['ArrowRight', 'l'], group: 'Film', enabled: hasFilm, perform: move(() => 1) }),
  backOne: action<S>({
    id: 'back-one',
    label: 'A picture back',
    keys: [','],
    group: 'Film',
    enabled: hasFilm,
    perform: move(({ step }) => -step),
  }),
  onOne: action<S>({
    id: 'on-one',
    label: 'A picture on',
    keys: ['.'],
    group: 'Film',
    enabled: hasFilm,
    perform: move(({ step }) => step),
  }),
  slower: action<S>({ id: 'slower', label: 'Slower', keys: ['['], group: 'Film', enabled: hasFilm, perform: speed(-1) }),
  faster: action<S>({ id: 'faster', label: 'Faster', keys: [']'], group: 'Film', enabled: hasFilm, perform: speed(1) }),
  playTurn: action<S>({
    id: 'play-turn',
    label: 'Play the turn that is asked about',
    keys: ['p'],
    group: 'Film',
    enabled: ({ film, turns, target }) => film !== undefined && turns[target]?.start !== undefined,
    perform({ seek, turns, target, video }) {
      seek(turns[target]!.start!);
      return video.current?.play();
    },
  }),
  boxes: action<S>({
    id: 'boxes',
    label: 'Faces on the picture',
    keys: ['b'],
    group: 'Film',
    enabled: ({ film }) => film?.picture === true,
    perform: ({ toggleBoxes }) => toggleBoxes(),
  }),
  zoomIn: action<S>({
    id: 'zoom-in',
    label: 'Less of the time, larger',
    keys: ['+', '='],
    group: 'Time',
    enabled: hasFilm,
    perform: zoom(0.5),
  }),
  zoomOut: action<S>({ id: 'zoom-out', label: 'More of the time', keys: ['-'], group: 'Time', enabled: hasFilm, perform: zoom(2) }),
  whole: action<S>({
    id: 'whole',
    label: 'The whole film',
    keys: ['0'],
    group: 'Time',
    enabled: hasFilm,
    perform: ({ setRange, duration }) => setRange([0, duration]),
  }),
  before: action<S>({
    id: 'before',
    label: 'Ask about the turn before',
    keys: ['ArrowUp'],
    group: 'Question',
    enabled: ({ target }) => target > 0,
    perform: ({ choose, target }) => choose(target - 1),
  }),
  after: action<S>({
    id: 'after',
    label: 'Ask about the turn after',
    keys: ['ArrowDown'],
    group: 'Question',
    enabled: ({ target, turns }) => target < turns.length - 1,
    perform: ({ choose, target }) => choose(target + 1),
  }),
  pictures: modality('V', 'with-pictures', 'With or without the pictures', 'v'),
  words: modality('T', 'with-words', 'With or without the words', 't'),
  faces: modality('E', 'with-faces', 'With or without the faces', 'f'),
  weigh: action<S>({
    id: 'weigh',
    label: 'With or without weighing what each sentence rests on',
    keys: ['w'],
    group: 'Question',
    perform: ({ toggleWeigh }) => toggleWeigh(),
  }),
  ask: action<S>({
    id: 'ask',
    label: 'Ask why',
    keys: ['e', 'Ctrl+Enter'],
    group: 'Question',
    whileTyping: false,
    enabled: ({ emotion, on }) => emotion !== undefined && on.length > 0,
    perform: ({ ask }) => ask(),
  }),
  stop: action<S>({
    id: 'stop',
    label: 'Stop the answer',
    keys: ['Escape'],
    group: 'Question',
    enabled: ({ going }) => going,
    perform: ({ stop }) => stop(),
  }),
} as const;
