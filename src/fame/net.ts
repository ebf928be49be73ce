/**
 * FAME-Net's way from pictures to tokens, Wang et al., ICMR 2025, §4.2. Numbers in brackets are the paper's equations; docs/deviations.md says where we
 * read them otherwise. T frames, N patches, D width of CLIP, K width of the language model. Parity: test/parity/fame.test.ts.
 * Equations (5) to (10) are in src/faces (s3fd, mfn, ddamfn); what they find reaches the prompt in words (expressions.ts).
 */
import { concat, mean, type Tensor } from '../graph/index.ts';
import { type ClipConfig, clipPatches } from '../models/clip.ts';
import type { Weights } from '../weights/index.ts';
import { type Projector, project } from './projector.ts';

/** The image tower of a checkpoint, and which of its layers the language model was taught to read. */
export interface TowerConfig extends ClipConfig {
  /** As `clipHidden` counts; −2 in LLaVA and Video-ChatGPT. */
  readonly take: number;
}

/** What is learnt of a video before g sees it. */
export interface Pools {
  /** Temporal features, one row a frame: [T,D]. */
  readonly Rt: Tensor;
  /** Spatial features, one row a patch: [N,D]. */
  readonly Rs: Tensor;
}

/** Both poolings of T frames. Of a part of a video, Rt is that part's rows, Rs the mean over that part. V [T,3,S,S], normalised as CLIP's pictures. */
export function pools(clip: Weights, c: TowerConfig, V: Tensor): Pools {
  const X = clipPatches(clip, c, V, c.take); //            [T,N,D]   x_k = CLIP(I_k), without the class token
  const Rt = mean(X, { axis: 1 }); //                  (1) [T,D]     (1/N) Σ_i X: over patches, whatever the prose says
  const Rs = mean(X, { axis: 0 }); //                  (2) [N,D]     (1/T) Σ_i X: over frames
  return { Rt, Rs };
}

/** The video as rows that stand among the words: V [T,3,S,S] → Q_v [T+N,K]. In one graph; `openVision` does the same for videos of any length. */
export function videoTokens(clip: Weights, c: TowerConfig, g: Projector, V: Tensor): Tensor {
  const { Rt, Rs } = pools(clip, c, V);
  const R = concat([Rt, Rs], 0); //                    (3) [T+N,D]   temporal first
  return project(g, R); //                             (4) [T+N,K]   Q_v = g(R); g is all that training moves
}
