import type { CalibrationSummary } from './calibration.ts';
import type { Role } from './events.ts';

/** The measure by which two drafts agree or not, and how it was shown to tell anything. */
export interface GatePolicy {
  /** The metric's own signature: model, layer, part, rescaling. Scores with another one are refused. */
  readonly signature: string;
  /** Scores strictly above it go to the vote; the threshold itself, lower ones and NaN go to discussion. */
  readonly threshold: number;
  readonly calibration: CalibrationSummary;
}

/** No gate: every pair of drafts is discussed, because nothing passes unmeasured. */
export interface NoGate {
  readonly none: string;
}

/** The rules of one campaign, fixed when it opens. */
export interface Policy {
  /** Three or five …: odd, so that a panel without abstentions has a majority unless somebody finds both drafts wrong. */
  readonly voters: number;
  readonly gate: GatePolicy | NoGate;
  /** Items that a person practises on (all, if there are fewer), and which roles have to. 0 leaves the round out. */
  readonly training: { readonly items: number; readonly roles: readonly Role[] };
}

/** Two write independently of each other: the protocol of the paper knows no other number. */
export const AUTHORS = 2;

/** Wang et al. 2025, §3.1, but for the gate, whose metric the paper does not name. */
export const ECEM = { voters: 3, threshold: 0.75, training: { items: 100, roles: ['annotator'] } } as const satisfies Omit<
  Policy,
  'gate'
> & {
  readonly threshold: number;
};
