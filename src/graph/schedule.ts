/** Learning rates over the steps of a training run. */

export interface ScheduleOptions {
  /** Highest rate, reached after the warm-up. */
  readonly peak: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Steps from 0 to the peak, linearly. */
  readonly warmup?: number;
  /** Rate at the end, as a share of the peak. */
  readonly floor?: number;
}

/** Rate of step i, from 0. */
export type Schedule = (i: number) => number;

function schedule({ peak, steps, warmup = 0, floor = 0 }: ScheduleOptions, shape: (progress: number) => number): Schedule {
  return (i) => {
    if (i < warmup) return (peak * i) / Math.max(1, warmup);
    const progress = Math.min(1, (i - warmup) / Math.max(1, steps - warmup));
    return peak * (floor + (1 - floor) * shape(progress));
  };
}

/** Half a cosine down to the floor; equals transformers' `get_cosine_schedule_with_warmup` at floor 0. */
export const cosine = (o: ScheduleOptions): Schedule => schedule(o, (p) => 0.5 * (1 + Math.cos(Math.PI * p)));
/** A straight line down to the floor; equals transformers' `get_linear_schedule_with_warmup` at floor 0. */
export const linearDecay = (o: ScheduleOptions): Schedule => schedule(o, (p) => 1 - p);
/** The peak after the warm-up, without an end. */
export const constantRate = (o: Omit<ScheduleOptions, 'steps'>): Schedule => schedule({ ...o, steps: Number.POSITIVE_INFINITY }, () => 1);
