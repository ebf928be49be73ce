import type { Emotion } from '../../../src/base/emotion.ts';
import { LOOKS } from '../emotions.ts';

/** An emotion's name with its mark and colour; `share` 0–1 beside it. */
export function EmotionChip({ of, share }: { readonly of: Emotion; readonly share?: number | undefined }) {
  return (
    <span className={`emotion ${of}`}>
      <span aria-hidden="true" className="emotion-mark">
        {LOOKS[of].mark}
      </span>
      {of}
      {share !== undefined && <span className="number"> {Math.round(100 * share)} %</span>}
    </span>
  );
}
