import { EMOTIONS, type Emotion } from '../../../src/base/emotion.ts';
import type { Modality } from '../../../src/fame/prompt.ts';
import type { Bound } from '../actions.ts';
import { Does, Panel } from '../ui/index.ts';
import { MODALITY_NAMES } from './answer.tsx';
import type { Turn } from './scenes.ts';

interface AskProps {
  readonly turns: readonly Turn[];
  readonly target: number;
  readonly emotion: Emotion | undefined;
  readonly onEmotion: (emotion: Emotion) => void;
  readonly on: readonly Modality[];
  readonly toggles: Readonly<Record<Modality, Bound>>;
  readonly ask: Bound;
  readonly weigh: Bound;
  readonly weighs: boolean;
  readonly models: readonly string[];
  readonly model: string;
  readonly onModel: (model: string) => void;
  readonly film: boolean;
}

/** Both models, side by side. */
export const BOTH = 'all of them';

const ABOUT: Readonly<Record<Modality, string>> = {
  V: 'Pictures of the film up to the end of the turn',
  T: 'What was said up to the end of the turn',
  E: 'How viewers would read the faces up to the end of the turn',
};

/** The question: which turn, which emotion, and what the model may look at. */
export function Ask({ turns, target, emotion, onEmotion, on, toggles, ask, weigh, weighs, models, model, onModel, film }: AskProps) {
  const turn = turns[target];
  return (
    <Panel title="Why?" className="explain-ask">
      <p className="explain-question">
        Why would viewers read{' '}
        <select aria-label="Emotion" value={emotion ?? ''} onChange={({ target: { value } }) => onEmotion(value as Emotion)}>
          {emotion === undefined && <option value="">an emotion …</option>}
          {EMOTIONS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>{' '}
        in <strong>{turn?.speaker ?? 'the speaker'}</strong> at turn {target + 1}?
      </p>
      <div className="row">
        <fieldset className="row explain-modalities">
          <legend className="unseen">What the model may look at</legend>
          {(['V', 'T', 'E'] as const).map((m) => (
            <Does key={m} of={toggles[m]} look="plain" aria-pressed={on.includes(m)} title={ABOUT[m]}>
              {MODALITY_NAMES[m]}
            </Does>
          ))}
        </fieldset>
        <Does of={weigh} look="quiet" keys={false} aria-pressed={weighs}>
          Evidence
        </Does>
        <Does of={ask} look="main">
          Explain
        </Does>
      </div>
      {models.length > 1 ? (
        <label className="row">
          Model
          <select value={model} onChange={({ target: { value } }) => onModel(value)}>
            {[...models, BOTH].map((name) => (
              <option key={name} value={name}>
                {name === BOTH ? `${BOTH}, side by side` : name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <p className="hint">
        {!film || (on.length === 1 && on[0] === 'T')
          ? 'Words only: no film is opened for this question. '
          : 'Nothing that comes after the turn is looked at. '}
        {models.length === 1 && (
          <>
            Model: {models[0]}. For a second one beside it, start famenet with <code>--compare FOLDER</code>.
          </>
        )}
      </p>
    </Panel>
  );
}
