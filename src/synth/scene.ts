import { createCanvas } from '@napi-rs/canvas';
import { withoutAlpha } from '../media/photo.ts';
import type { Picture } from '../media/picture.ts';
import type { Brush } from './brush.ts';
import { drawSky, ease, type Happening, HOOKS, MOTIONS, type Spot, STANDS } from './motion.ts';
import { alive, between, EXPRESSIONS, type Muscles } from './muscles.ts';
import { drawPerson, type Pose } from './person.ts';
import { drawRoom, drawTable } from './places.ts';
import { drawProp } from './props.ts';
import { speakingAt, type Timeline } from './timeline.ts';
import type { Story } from './world.ts';

/** Pixels of a picture: 4 to 3, at least 320 × 240. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Draws any moment of a story. */
export interface Scene {
  picture(t: number): Picture;
  /** The moment as a PNG file. */
  png(t: number): Buffer;
}

/** Middle of a head when somebody stands where people stand, and its size. */
const HEADS: Readonly<Record<-1 | 1, Spot>> = { [-1]: { x: 86, y: 96 }, 1: { x: 234, y: 96 } };
const HEAD_SIZE = 0.88;
/** Seconds in which a face changes. */
const CHANGE = 0.35;

/** Sets up a story for drawing. What does not move is drawn once. */
export function sceneOf(story: Story, timeline: Timeline, { width, height }: Size): Scene {
  const canvas = createCanvas(width, height);
  const c = canvas.getContext('2d');
  const scale = width / 320;
  const { side, tints } = story.stage;
  const happening: Happening | undefined = story.happening && {
    ...story.happening,
    tint: tints[0],
    side: -side as -1 | 1,
    x: placeOf(story, 'other').x,
  };
  const layers = happening && MOTIONS[happening.situation];
  const still = createCanvas(width, height);
  const room = (on: Brush, t: number) => {
    on.setTransform(scale, 0, 0, scale, 0, 0);
    drawRoom(on, story.place, () => {
      drawSky(on);
      if (happening) layers?.outside?.(on, happening, t);
    });
    for (const at of [-1, 1] as const) {
      if (!(happening?.situation === 'fall' && at === happening.side)) drawProp(on, story.stage.hung[at], HOOKS[at], tints[1], 0);
    }
  };
  room(still.getContext('2d'), -1);

  const draw = (t: number) => {
    const since = t - timeline.onset;
    if (layers?.outside && since >= 0) room(c, since);
    else {
      c.setTransform(1, 0, 0, 1, 0, 0);
      c.drawImage(still, 0, 0);
    }
    c.setTransform(scale, 0, 0, scale, 0, 0);
    if (happening) layers?.behind?.(c, happening, since);
    for (const one of ['who', 'other'] as const) {
      drawPerson(c, story[one], poseOf(story, timeline, one, t, happening), faceOf(story, timeline, one, t));
    }
    drawTable(c, story.place);
    for (const at of [-1, 1] as const) {
      if (!(happening?.situation === 'smoke' && at === happening.side)) drawProp(c, story.stage.stands[at], STANDS[at], tints[2], t);
    }
    if (happening) layers?.before?.(c, happening, since);
  };
  return {
    picture(t) {
      draw(t);
      return { width, height, data: withoutAlpha(c.getImageData(0, 0, width, height).data) };
    },
    png(t) {
      draw(t);
      return canvas.toBuffer('image/png');
    },
  };
}

type Role = 'who' | 'other';

function placeOf({ stage }: Story, one: Role): Spot {
  const side = one === 'who' ? stage.side : (-stage.side as -1 | 1);
  const { x, y } = HEADS[side];
  return { x: x + stage.shifts[side === -1 ? 0 : 1], y };
}

/** How far the expression of the last turn, or of the turn before it, has come: 0 to 1. */
function moved(story: Story, { turns, onset }: Timeline, one: Role, t: number): number {
  if (one === 'who') return ease(t, onset + 0.25, onset + 0.25 + CHANGE);
  const answer = turns.at(-2);
  return story.look === 'neutral' || !answer ? 0 : ease(t, answer.start, answer.start + CHANGE);
}

/** The face of one of the two at a moment: at rest, then moved, with a moving mouth while it speaks, and blinking. */
function faceOf(story: Story, timeline: Timeline, one: Role, t: number): Muscles {
  const expression = EXPRESSIONS[one === 'who' ? story.emotion : story.look];
  const face = between(EXPRESSIONS.neutral, expression, moved(story, timeline, one, t));
  const speaking = speakingAt(timeline, t);
  return alive(face, { opening: speaking?.by === one ? speaking.opening : 0, blink: blinkOf(story, one, t) });
}

/** A blink of 0.16 s every 3 s or so. */
function blinkOf({ stage }: Story, one: Role, t: number): number {
  const every = one === 'who' ? 3.1 : 3.7;
  const at = (t + stage.phase * (one === 'who' ? 1 : 1.7)) % every;
  return at < 0.16 ? Math.sin((Math.PI * at) / 0.16) : 0;
}

function poseOf(story: Story, timeline: Timeline, one: Role, t: number, happening: Happening | undefined): Pose {
  const { x, y } = placeOf(story, one);
  const them = placeOf(story, one === 'who' ? 'other' : 'who');
  const phase = story.stage.phase * (one === 'who' ? 1 : 2.3);
  const nod = speakingAt(timeline, t)?.by === one ? (speakingAt(timeline, t)?.opening ?? 0) : 0;
  const since = t - timeline.onset;
  const watched = happening && since > 0.15 ? MOTIONS[happening.situation].eyes(happening, since) : them;
  const turned = happening ? ease(since, 0.15, 0.4) : 1;
  const look = { x: clamp((watched.x - x) / 110), y: clamp((watched.y - y) / 110) };
  return {
    x: x + 0.8 * Math.sin(0.9 * t + phase),
    y: y + 0.6 * Math.sin(1.7 * t + phase) + 1.4 * nod,
    size: HEAD_SIZE,
    lean: 0.025 * Math.sin(0.7 * t + phase) + 0.03 * Math.sign(them.x - x),
    gaze: { x: look.x * turned, y: look.y * turned },
    hands: one === 'who' ? ease(t, timeline.onset + 0.3, timeline.onset + 0.8) * 0.9 : 0,
  };
}

const clamp = (x: number): number => Math.min(1, Math.max(-1, x));
