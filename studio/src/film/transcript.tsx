import type { ReactNode } from 'react';
import type { Emotion } from '../../../src/base/emotion.ts';
import type { Turn } from '../../../src/protocol/writing.ts';
import { EmotionChip } from '../ui/index.ts';
import './film.css';
import { type Player, useTime } from './player.ts';

/** What a transcript is made from: an item of a campaign, or of a study. */
export interface Told {
  readonly turns?: readonly Turn[] | undefined;
  readonly utterance?: number | undefined;
  readonly speaker?: string | undefined;
  readonly text?: string | undefined;
  readonly emotion?: Emotion | undefined;
}

/** The turns of an item up to its utterance; where it has none, the utterance alone. */
export function turnsOf({ turns, utterance = 0, speaker, text }: Told): readonly Turn[] {
  if (turns !== undefined && turns.length > 0) return turns;
  return text === undefined ? [] : [{ number: utterance, text, ...(speaker === undefined ? {} : { speaker }) }];
}

interface TranscriptProps {
  readonly of: Told;
  /** The film beside it, where there is one: it shows which turn is spoken, and a turn plays it. */
  readonly player?: Player | undefined;
  readonly marked?: ReadonlySet<number>;
  /** Takes a turn as evidence, or out again; absent where nothing can be marked. */
  readonly onMark?: ((turn: number) => void) | undefined;
}

/** Who says what up to the utterance. Names and words are shown as they are. */
export function Transcript({ of, player, marked, onMark }: TranscriptProps) {
  const turns = turnsOf(of);
  if (turns.length === 0) return <p className="hint">This item has no transcript.</p>;
  return (
    <ol className="transcript">
      {turns.map((turn) => (
        <Spoken
          key={turn.number}
          turn={turn}
          player={player}
          look={`turn ${turn.number === of.utterance ? 'target' : ''} ${marked?.has(turn.number) ? 'marked' : ''}`}
        >
          <span className="turn-head">
            <span className="turn-number number">{turn.number}</span>
            {turn.start !== undefined && turn.end !== undefined && player !== undefined ? (
              <button
                type="button"
                className="turn-speaker plays"
                title="Play this turn"
                onClick={() => player.playStretch(turn.start!, turn.end!)}
              >
                {turn.speaker ?? 'Somebody'}
              </button>
            ) : (
              <span className="turn-speaker">{turn.speaker ?? 'Somebody'}</span>
            )}
            {turn.number === of.utterance && of.emotion !== undefined && <EmotionChip of={of.emotion} />}
            {onMark !== undefined && (
              <button
                type="button"
                className="turn-mark"
                aria-pressed={marked?.has(turn.number) ?? false}
                aria-label={`Turn ${turn.number} is evidence`}
                onClick={() => onMark(turn.number)}
              >
                {marked?.has(turn.number) ? '✓ Evidence' : 'Evidence'}
              </button>
            )}
            {onMark === undefined && marked?.has(turn.number) && <span className="turn-marked">Evidence</span>}
          </span>
          <span className="turn-text">{turn.text}</span>
          {turn.number === of.utterance && <span className="unseen">(this is the utterance)</span>}
        </Spoken>
      ))}
    </ol>
  );
}

interface SpokenProps {
  readonly turn: Turn;
  readonly player: Player | undefined;
  readonly look: string;
  readonly children: ReactNode;
}

function Spoken({ turn: { start, end }, player, look, children }: SpokenProps) {
  if (player === undefined || start === undefined || end === undefined) return <li className={look}>{children}</li>;
  return (
    <Following player={player} from={start} to={end} look={look}>
      {children}
    </Following>
  );
}

interface FollowingProps {
  readonly player: Player;
  readonly from: number;
  readonly to: number;
  readonly look: string;
  readonly children: ReactNode;
}

/** Stands out while its turn is spoken. */
function Following({ player, from, to, look, children }: FollowingProps) {
  const time = useTime(player);
  return <li className={`${look} ${time >= from && time < to ? 'spoken' : ''}`}>{children}</li>;
}
