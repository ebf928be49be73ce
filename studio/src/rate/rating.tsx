import { useEffect, useRef, useState } from 'react';
import type { Sheet } from '../../../src/server/blind.ts';
import { action, useActions } from '../actions.ts';
import { Film } from '../film/film.tsx';
import { usePlayer } from '../film/player.ts';
import { Timeline } from '../film/timeline.tsx';
import { Transcript } from '../film/transcript.tsx';
import { say } from '../notices.ts';
import { useLetter, useOutbox, usePost } from '../outbox/browser.ts';
import { Saved } from '../outbox/saved.tsx';
import { useAutosave } from '../outbox/use-autosave.ts';
import { useMe } from '../people/session.ts';
import { Button, Does, EmotionChip, Panel, Problem, Progress } from '../ui/index.ts';
import { CRITERIA, SCALE } from './criteria.ts';
import { slotOf, useRating } from './desk.ts';
import { type Cell, cellsOf, type Given, isWhole, moved, openAfter, rated } from './sheet.ts';

interface RatingProps {
  readonly study: string;
  readonly sheet: Sheet;
  readonly done: number;
  readonly of: number;
}

interface RateState {
  readonly labels: readonly string[];
  readonly at: number;
  readonly move: (to: number) => void;
  readonly give: (cell: Cell, value: number) => void;
  readonly ready: boolean;
  readonly send: () => Promise<void>;
}
const RATE = {
  give: action<RateState>({
    id: 'rate',
    label: 'Rate the marked row, 1 worst to 5 best',
    keys: SCALE.map(String),
    group: 'Rating',
    perform: ({ labels, at, give }, key) => give(cellsOf(labels)[at]!, Number(key)),
  }),
  move: action<RateState>({
    id: 'move-row',
    label: 'Another row, or another text',
    keys: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
    group: 'Rating',
    perform: ({ labels, at, move }, key) => move(moved(labels, at, key ?? '')),
  }),
  send: action<RateState>({
    id: 'send-ratings',
    label: 'Send and go on',
    keys: ['Ctrl+Enter'],
    group: 'Rating',
    whileTyping: true,
    enabled: ({ ready }) => ready,
    perform: ({ send }) => send(),
  }),
} as const;

/** One item: the conversation at the left, texts under numbers at the right. */
export function Rating({ study, sheet, done, of }: RatingProps) {
  const { item, context, texts, film, turns, utterance, emotion } = sheet;
  const me = useMe();
  const box = useOutbox();
  const rate = useRating(study);
  const letter = useLetter(slotOf(study, item));
  const { halt } = usePost();
  const waiting = letter !== undefined && letter.refused === undefined;
  const src = film ? `/studies/${encodeURIComponent(study)}/items/${encodeURIComponent(item)}/film` : undefined;
  const player = usePlayer(src);
  const typed = useAutosave<Given>(`typed/${me.account}/rate/${study}/${item}`, {});
  const given = typed.value ?? {};
  const labels = texts.map(({ label }) => label);
  const [at, setAt] = useState(0);
  const rows = useRef<HTMLDivElement>(null);
  const cells = cellsOf(labels);
  const current = cells[at];
  const does = useActions<RateState, typeof RATE>(RATE, {
    labels,
    at,
    move: setAt,
    give(cell, value) {
      const after = rated(given, cell, value);
      typed.set(after);
      const here = cells.findIndex((one) => one.label === cell.label && one.criterion === cell.criterion);
      setAt(openAfter(labels, after, here) ?? here);
    },
    ready: typed.value !== undefined && isWhole(labels, given) && !waiting,
    async send() {
      if (!(await rate(item, given))) return;
      await typed.drop();
      say('Sent. Here is the next one.');
    },
  });
  useEffect(() => {
    // the row that digits go to is kept in sight
    rows.current?.querySelectorAll('.rate-row')[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (typed.value === undefined) return <Progress label="Opening" />;
  const left = cells.filter(({ label, criterion }) => given[label]?.[criterion] === undefined).length;
  return (
    <div className="rate">
      <Panel title="The conversation up to this turn" className="watch">
        <div className="stack">
          <p className="question">
            {emotion !== undefined && (
              <>
                Why would viewers read <EmotionChip of={emotion} /> here?
              </>
            )}
            <q>{context}</q>
          </p>
          {src !== undefined && (
            <Film src={src} player={player}>
              <Timeline player={player} turns={turns ?? []} target={utterance} />
            </Film>
          )}
          {turns !== undefined && <Transcript of={{ turns, utterance, emotion }} player={src === undefined ? undefined : player} />}
        </div>
      </Panel>
      <div className="stack" ref={rows}>
        <div className="rate-head">
          <h1>
            Item <span className="number">{done + 1}</span> of <span className="number">{of}</span>
          </h1>
          <progress value={done} max={of} aria-label="Items rated" />
          <Saved state={typed.saved} />
        </div>
        {texts.map(({ label, text }) => (
          <Panel key={label} title={`Text ${label}`} className={current?.label === label ? 'rate-current' : ''}>
            <p className="rate-text">{text}</p>
            <div className="rate-rows">
              {CRITERIA.map(({ name, label: called, about, low, high }) => {
                const value = given[label]?.[name];
                const here = current?.label === label && current.criterion === name;
                const id = `rate-${label}-${name}`;
                return (
                  <fieldset key={name} className={`rate-row ${here ? 'here' : ''}`} aria-describedby={id}>
                    <legend className="unseen">
                      {called} of text {label}
                    </legend>
                    <span className="rate-name" aria-hidden="true">
                      {called}
                    </span>
                    <span className="rate-scale">
                      {SCALE.map((one) => (
                        <button
                          key={one}
                          type="button"
                          className="rate-value"
                          aria-pressed={value === one}
                          aria-label={`${called} of text ${label}: ${one}`}
                          title={one === 1 ? low : one === 5 ? high : undefined}
                          onClick={() => {
                            setAt(cells.findIndex((cell) => cell.label === label && cell.criterion === name));
                            typed.set(rated(given, { label, criterion: name }, one));
                          }}
                        >
                          {one}
                        </button>
                      ))}
                    </span>
                    <span id={id} className="hint">
                      {about}
                    </span>
                  </fieldset>
                );
              })}
            </div>
          </Panel>
        ))}
        {letter?.refused !== undefined && (
          <Problem
            error={letter.refused}
            tools={<Button onClick={() => void box.discard(letter.id)}>Go on rating: your ratings stay here</Button>}
          />
        )}
        {waiting && (
          <p className="callout warn" role="status">
            {halt === undefined ? 'On its way …' : 'Your ratings wait for the server, and are kept here. They go out by themselves, once.'}
          </p>
        )}
        <div className="row rate-foot">
          <Does of={does.send} look="main" />
          <span className="hint" aria-live="polite">
            {left === 0 ? 'All rows are rated.' : `${left} of ${cells.length} rows to rate. Digits rate the marked row, arrows move.`}
          </span>
        </div>
      </div>
    </div>
  );
}
