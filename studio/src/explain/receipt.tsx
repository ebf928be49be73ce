import type { Answer } from '../../../src/server/explainer.ts';
import type { Asked } from './asking.ts';
import { clockText } from './clock.ts';

/** Everything that made an answer, so that it can be made again. */
export function Receipt({ answer, asked }: { readonly answer: Answer; readonly asked: Asked }) {
  const { network, prompt, frames, settings, note } = answer.receipt;
  const rows: readonly (readonly [string, string])[] = [
    ['Model', [answer.model, network.model, network.weights].filter((part) => part !== undefined).join(', ')],
    ['Image tower', network.tower ?? 'none'],
    [
      'Projector',
      network.projector === undefined
        ? 'none'
        : `${network.projector.source}, ${network.projector.form}, ${network.projector.sha256.slice(0, 12)}`,
    ],
    ['Template', network.template],
    ['Used', prompt.modalities],
    [
      'Not used',
      Object.entries(answer.absent)
        .map(([modality, why]) => `${modality}: ${why}`)
        .join('; ') || 'nothing was left out',
    ],
    ['Pictures', frames.length === 0 ? 'none' : frames.map(clockText).join(', ')],
    ['Faces', prompt.faces === undefined ? 'none' : `${prompt.faces.faces} in the question, ${prompt.faces.leftOut} seen too briefly`],
    [
      'Turns',
      `up to ${asked.utterance + 1}${prompt.droppedTurns > 0 ? `; the first ${prompt.droppedTurns} did not fit` : ''}${prompt.cutTurns.length > 0 ? `; cut short: ${prompt.cutTurns.join(', ')}` : ''}`,
    ],
    ['Prompt', `${prompt.tokens} tokens`],
    [
      'Settings',
      Object.entries(settings)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
    ['Ended', answer.finish === 'end' ? 'by itself' : 'where its length ends'],
  ];
  return (
    <>
      <p>{note}</p>
      <dl className="explain-receipt">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>The whole prompt</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
        <pre className="explain-prompt" tabIndex={0}>
          {prompt.text}
        </pre>
      </details>
    </>
  );
}
