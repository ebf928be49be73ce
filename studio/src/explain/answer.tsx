import { useState } from 'react';
import type { Modality } from '../../../src/fame/prompt.ts';
import type { SentenceEvidence } from '../../../src/fame/sentences.ts';
import type { Stage } from '../../../src/server/jobs.ts';
import { Button, Dialog, EmotionChip, Problem, Progress } from '../ui/index.ts';
import type { Card } from './asking.ts';
import { clockText } from './clock.ts';
import { changeText, type Lit, type Rest } from './lit.ts';
import { Receipt } from './receipt.tsx';

/** What each modality is called, for people. */
export const MODALITY_NAMES: Readonly<Record<Modality, string>> = { V: 'Pictures', T: 'Words', E: 'Faces' };

const STAGES: Readonly<Partial<Record<Stage['stage'], string>>> = {
  waiting: 'Waiting for its turn',
  opening: 'Opening the model',
  faces: 'Looking at the faces',
  pictures: 'Looking at the pictures',
  speaking: 'Writing',
  weighing: 'Weighing what each sentence rests on',
};

interface AnswerProps {
  readonly card: Card;
  readonly speaker: string;
  /** Which sentence is lit, where one of this answer is. */
  readonly at: number | undefined;
  readonly lit: Lit;
  readonly onLight: (at: number | undefined) => void;
  readonly onRest: (rest: Rest) => void;
  readonly onStop: () => void;
  readonly onRemove: () => void;
}

/** A question and its answer, sentence by sentence. The answer is a stranger's text: it is shown as text. */
export function AnswerCard({ card, speaker, at, lit, onLight, onRest, onStop, onRemove }: AnswerProps) {
  const [receipt, setReceipt] = useState(false);
  const { asked, state, text, stage, answer, problem } = card;
  const title = `Turn ${asked.utterance + 1}, ${speaker}`;
  const sentences = answer?.sentences ?? [];
  return (
    <article
      className={`explain-answer ${state}`}
      aria-label={`${title}, ${asked.emotion}: ${modalityText(answer?.modalities ?? asked.modalities)}`}
    >
      <header className="row">
        <strong>{title}</strong>
        <EmotionChip of={asked.emotion} />
        <span className="explain-model">{answer?.model ?? asked.model}</span>
        <Used modalities={answer?.modalities ?? asked.modalities} absent={answer?.absent ?? {}} />
      </header>
      {text !== '' && (
        <div className="explain-text" aria-live="off">
          {sentences.length === 0 ? <p>{text}</p> : <Sentences of={sentences} text={text} at={at} onLight={onLight} />}
        </div>
      )}
      {state === 'done' && text === '' && <p className="hint">The model ended its answer at once: it said nothing.</p>}
      {answer?.finish === 'length' && <p className="hint">The answer was cut off where its length ends.</p>}
      {answer?.unweighed !== undefined && <p className="hint">What it rests on was not weighed: {answer.unweighed}.</p>}
      {at !== undefined && sentences[at] !== undefined && <Rests lit={lit} onRest={onRest} />}
      {state === 'going' && <Progress label={STAGES[stage?.stage ?? 'waiting'] ?? 'Working'} done={stage?.done} total={stage?.total} />}
      {state === 'stopped' && <p className="hint">Stopped.</p>}
      {problem !== undefined && <Problem error={problem} />}
      <footer className="row">
        {state === 'going' ? (
          <Button onClick={onStop}>Stop</Button>
        ) : (
          <>
            {answer !== undefined && (
              <Button look="quiet" onClick={() => setReceipt(true)} aria-haspopup="dialog">
                Receipt
              </Button>
            )}
            <Button look="quiet" onClick={onRemove} aria-label={`Remove the answer about ${title}`}>
              Remove
            </Button>
          </>
        )}
        {answer !== undefined && <span className="hint">{answer.receipt.note}</span>}
      </footer>
      {receipt && answer !== undefined && (
        <Dialog title="Receipt" onClose={() => setReceipt(false)} wide>
          <Receipt answer={answer} asked={asked} />
        </Dialog>
      )}
    </article>
  );
}

const modalityText = (on: readonly Modality[] | undefined): string =>
  on === undefined ? 'what the model prefers' : on.map((m) => MODALITY_NAMES[m].toLowerCase()).join(', ');

function Used({
  modalities,
  absent,
}: {
  readonly modalities: readonly Modality[] | undefined;
  readonly absent: Readonly<Partial<Record<Modality, string>>>;
}) {
  if (modalities === undefined) return null;
  return (
    <ul className="explain-used" aria-label="What was used">
      {(['V', 'T', 'E'] as const).map((m) => {
        const used = modalities.includes(m);
        return (
          <li
            key={m}
            className={used ? 'used' : ''}
            title={
              used ? `${MODALITY_NAMES[m]} were used` : `${MODALITY_NAMES[m]} were not used: ${absent[m] ?? 'left out of the question'}`
            }
          >
            <span aria-hidden="true">{used ? '✓' : '–'}</span> {MODALITY_NAMES[m]}
            <span className="unseen">{used ? ' used' : ` not used: ${absent[m] ?? 'left out of the question'}`}</span>
          </li>
        );
      })}
    </ul>
  );
}

interface SentencesProps {
  readonly of: readonly SentenceEvidence[];
  readonly text: string;
  readonly at: number | undefined;
  readonly onLight: (at: number | undefined) => void;
}

/** Each sentence can be pointed at, or reached with Tab: what it rests on is lit then. A click or Enter keeps it lit. */
function Sentences({ of, text, at, onLight }: SentencesProps) {
  return (
    <p>
      {of.map(({ letters: [from, to] }, i) => (
        <span key={from}>
          <button
            type="button"
            className="explain-sentence"
            aria-pressed={at === i}
            onPointerEnter={() => onLight(i)}
            onFocus={() => onLight(i)}
            onClick={() => onLight(i)}
          >
            {text.slice(from, to).trimEnd()}
          </button>{' '}
        </span>
      ))}
    </p>
  );
}

const REST_NAMES: { readonly [K in Rest['is']]: (rest: Extract<Rest, { is: K }>) => string } = {
  turn: ({ turn }) => `Turn ${turn}`,
  frame: ({ t }) => `Picture at ${clockText(t)}`,
  face: ({ face, track }) => (track === undefined ? `Face ${face} of the question` : `Face ${track}`),
  modality: ({ modality }) => `All ${MODALITY_NAMES[modality].toLowerCase()}`,
};
const nameOf = (rest: Rest): string => (REST_NAMES[rest.is] as (rest: Rest) => string)(rest);

/** Parts of a question that are named at most; all that counts is lit. */
const MOST_RESTS = 8;

function Rests({ lit: { rests }, onRest }: { readonly lit: Lit; readonly onRest: (rest: Rest) => void }) {
  if (rests.length === 0) return <p className="hint">No single part makes this sentence much less likely where it is left out.</p>;
  return (
    <div className="explain-rests">
      <p className="hint">This sentence leans on, for the model:</p>
      <ul>
        {rests.slice(0, MOST_RESTS).map((rest) => (
          <li key={nameOf(rest)}>
            <button
              type="button"
              className="explain-rest"
              disabled={rest.is === 'modality'}
              onClick={() => onRest(rest)}
              title={changeText(rest.lost)}
            >
              <meter min={0} max={1} value={rest.strength} aria-hidden="true" />
              {nameOf(rest)}
              <span className="unseen">, {changeText(rest.lost)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="hint">It says what moved the model for these words, not whether they are true, and nothing about the person.</p>
    </div>
  );
}
