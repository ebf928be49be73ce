import { useEffect, useRef } from 'react';
import { EmotionChip } from '../ui/index.ts';
import { type Clock, clockText, useAt } from './clock.ts';
import type { Turn } from './scenes.ts';
import { speakersOf } from './speakers.ts';

interface TranscriptProps {
  readonly turns: readonly Turn[];
  readonly target: number;
  readonly onTarget: (index: number) => void;
  readonly onSeek: (t: number) => void;
  readonly clock: Clock;
  /** Strengths by turn, from 1. */
  readonly lit: ReadonlyMap<number, number>;
}

/** The turn that is being said at `t`; −1 between turns. */
export function turnAt(turns: readonly Turn[], t: number): number {
  return turns.findIndex(({ start, end }) => start !== undefined && end !== undefined && t >= start && t < end);
}

/** What is said: it follows the film, and one turn of it is the one that is asked about. */
export function Transcript({ turns, target, onTarget, onSeek, clock, lit }: TranscriptProps) {
  const now = useAt(clock, (t) => turnAt(turns, t));
  const list = useRef<HTMLOListElement>(null);
  const speakers = speakersOf(turns);
  useEffect(() => {
    const [box, row] = [list.current, list.current?.children[now] as HTMLElement | undefined];
    // only the list scrolls, never the page
    if (box && row && (row.offsetTop < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight))
      box.scrollTo({ top: row.offsetTop - box.clientHeight / 3, behavior: 'smooth' });
  }, [now]);
  return (
    <ol className="explain-turns" ref={list}>
      {turns.map(({ number, speaker, text, start, emotion }, i) => {
        const strength = lit.get(i + 1);
        return (
          <li
            key={number}
            className={`${i === now ? 'now' : ''} ${i === target ? 'target' : ''} ${strength === undefined ? '' : 'lit'}`}
            style={strength === undefined ? {} : ({ '--strength': strength } as React.CSSProperties)}
          >
            <button
              type="button"
              className="explain-turn-time number"
              disabled={start === undefined}
              onClick={() => onSeek(start!)}
              aria-label={start === undefined ? 'without a time' : `Play from ${clockText(start)}`}
            >
              {start === undefined ? '–' : clockText(start)}
            </button>
            <div className="explain-turn-said">
              <span className={`explain-speaker speaker-${speakers.get(speaker ?? '')!}`}>{speaker ?? 'Somebody'}</span>{' '}
              {emotion !== undefined && emotion !== 'neutral' && <EmotionChip of={emotion} />}
              <p>{text}</p>
            </div>
            <label className="explain-pick" title={`Ask about turn ${i + 1}`}>
              <input type="radio" name="target" checked={i === target} onChange={() => onTarget(i)} />
              <span className="unseen">
                Ask about turn {i + 1} of {speaker ?? 'somebody'}
              </span>
            </label>
          </li>
        );
      })}
    </ol>
  );
}
