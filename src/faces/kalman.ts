import type { Box } from './face.ts';

/**
 * One coordinate that moves with nearly constant velocity: value and velocity with their covariance. Between two times the velocity is
 * driven by white noise of density q, so that predicting twice over dt equals predicting once over 2 dt: frames may come at any distance.
 * Bar-Shalom, Li and Kirubarajan 2001, §6.2.2.
 */
export interface Motion {
  readonly value: number;
  /** Per second. */
  readonly velocity: number;
  /** Variance of the value, covariance, variance of the velocity. */
  readonly p: readonly [number, number, number];
}

/** Where the coordinate is dt seconds later. q: density of the driving noise, in squared units a second³. */
export function predicted({ value, velocity, p: [vv, vd, dd] }: Motion, dt: number, q: number): Motion {
  return {
    value: value + velocity * dt,
    velocity,
    p: [vv + 2 * dt * vd + dt * dt * dd + (q * dt ** 3) / 3, vd + dt * dd + (q * dt ** 2) / 2, dd + q * dt],
  };
}

/** The coordinate after it was seen at `seen`, with the variance of that sight. */
export function corrected({ value, velocity, p: [vv, vd, dd] }: Motion, seen: number, variance: number): Motion {
  const total = vv + variance;
  const [gain, pull] = [vv / total, vd / total];
  return {
    value: value + gain * (seen - value),
    velocity: velocity + pull * (seen - value),
    p: [vv * (1 - gain), vd * (1 - gain), dd - vd * pull],
  };
}

/** How faces move and how well detectors see them. Distances are in sizes of the face, so that near and far faces are treated alike. */
export interface FaceMotion {
  /** After so many seconds unseen, a face may be (one standard deviation) a whole size away from where its motion led. */
  readonly horizon?: number;
  /** Standard deviation of a detector's box: its centre in sizes, its size and its shape as logarithms. */
  readonly jitter?: number;
}

export const MOTION_DEFAULTS = { horizon: 0.5, jitter: 0.06 } as const satisfies Required<FaceMotion>;

/** A box as the filter sees it: centre in pixels, logarithm of the size (√area), logarithm of width / height. */
export interface BoxState {
  /** Seconds. */
  readonly t: number;
  readonly x: Motion;
  readonly y: Motion;
  readonly size: Motion;
  /** The shape is taken to stay, so seeing it again only makes it surer. */
  readonly shape: { readonly value: number; readonly variance: number };
}

/** A size changes more slowly than a place: after the horizon by a factor of e^0.5, one standard deviation. */
const SIZE_SPREAD = 0.5;
/** Log shapes of faces differ about this much from head to head. */
const SHAPE_SPREAD = 0.3;

/**
 * The first state of a face. As in SORT (Bewley et al. 2016, §3.2) centre and scale move and the aspect ratio stays; but scale and ratio
 * are logarithms here, which keeps boxes positive and makes near and far faces alike, and time is real time instead of a frame count.
 * With noise that is independent by coordinate, SORT's 7 × 7 matrices fall apart into these four small filters.
 */
export function firstState(box: Box, t: number, { horizon, jitter }: Required<FaceMotion>): BoxState {
  const { x, y, size, shape } = measured(box);
  const scale = Math.exp(size);
  const motion = (value: number, unit: number, spread: number): Motion => ({
    value,
    velocity: 0,
    p: [(jitter * unit) ** 2, 0, ((unit * spread) / horizon) ** 2],
  });
  return {
    t,
    x: motion(x, scale, 1),
    y: motion(y, scale, 1),
    size: motion(size, 1, SIZE_SPREAD),
    shape: { value: shape, variance: jitter ** 2 },
  };
}

/** The state at a later time t (seconds). */
export function stateAt(state: BoxState, t: number, { horizon }: Required<FaceMotion>): BoxState {
  const dt = t - state.t;
  const scale = Math.exp(state.size.value);
  const density = (spread: number) => (3 * spread ** 2) / horizon ** 3; // ∫ gives spread² after the horizon
  return {
    t,
    x: predicted(state.x, dt, density(scale)),
    y: predicted(state.y, dt, density(scale)),
    size: predicted(state.size, dt, density(SIZE_SPREAD)),
    shape: state.shape,
  };
}

/** The state after its face was seen in `box`, at the state's own time. */
export function seenIn(state: BoxState, box: Box, { jitter }: Required<FaceMotion>): BoxState {
  const { x, y, size, shape } = measured(box);
  const place = (jitter * Math.exp(size)) ** 2;
  const total = state.shape.variance + jitter ** 2;
  return {
    t: state.t,
    x: corrected(state.x, x, place),
    y: corrected(state.y, y, place),
    size: corrected(state.size, size, jitter ** 2),
    shape: {
      value: state.shape.value + (state.shape.variance / total) * (shape - state.shape.value),
      variance: (state.shape.variance * jitter ** 2) / total,
    },
  };
}

/**
 * Squared Mahalanobis distance of a box from a state at the same time: over centre, size and shape, so χ² with 4 degrees of freedom where
 * the box is that face's.
 */
export function distance(state: BoxState, box: Box, { jitter }: Required<FaceMotion>): number {
  const { x, y, size, shape } = measured(box);
  const place = (jitter * Math.exp(size)) ** 2;
  const part = (seen: number, { value, p }: Motion, variance: number) => (seen - value) ** 2 / (p[0] + variance);
  return (
    part(x, state.x, place) +
    part(y, state.y, place) +
    part(size, state.size, jitter ** 2) +
    (shape - state.shape.value) ** 2 / (SHAPE_SPREAD ** 2 + state.shape.variance)
  );
}

/** The box that a state stands for. */
export function boxOf({ x, y, size, shape }: BoxState): Box {
  const [width, height] = [Math.exp(size.value + shape.value / 2), Math.exp(size.value - shape.value / 2)];
  return { x: x.value - width / 2, y: y.value - height / 2, width, height };
}

function measured({ x, y, width, height }: Box): { x: number; y: number; size: number; shape: number } {
  return { x: x + width / 2, y: y + height / 2, size: Math.log(width * height) / 2, shape: Math.log(width / height) };
}
