import { useState } from 'react';
import type { Choice } from '../../../src/protocol/events.ts';
import type { ItemView } from '../../../src/protocol/view.ts';
import { action, useActions } from '../actions.ts';
import { usePlayer } from '../film/player.ts';
import { useLetter, useOutbox, usePost } from '../outbox/browser.ts';
import { useAutosave } from '../outbox/use-autosave.ts';
import { useMe } from '../people/session.ts';
import { Button, Does, Field, Panel, Problem, Progress } from '../ui/index.ts';
import { Conflict } from './conflict.tsx';
import { filmOf, slotOf, useSend } from './desk.ts';
import { Watch } from './work.tsx';
import { Written } from './written.tsx';

interface VoteProps {
  readonly campaign: string;
  readonly view: ItemView;
  readonly onSent: () => void;
}

/** What was chosen, and why: kept here until it is sent. */
interface Ballot {
  readonly choice: Choice | undefined;
  readonly note: string;
}

interface VoteState {
  readonly choice: Choice | undefined;
  readonly ready: boolean;
  readonly choose: (choice: Choice) => void;
  readonly cast: () => Promise<void>;
}
const choice = (to: Choice, label: string, keys: readonly string[]) =>
  action<VoteState>({ id: `choose-${to}`, label, keys, group: 'Vote', enabled: ({ ready }) => ready, perform: ({ choose }) => choose(to) });
const VOTE = {
  a: choice('a', 'Prefer A', ['1', 'a']),
  b: choice('b', 'Prefer B', ['2', 'b']),
  neither: choice('neither', 'Both are wrong', ['3', 'n']),
  abstain: choice('abstain', 'I cannot judge', ['0']),
  cast: action<VoteState>({
    id: 'cast-vote',
    label: 'Cast vote',
    keys: ['Ctrl+Enter'],
    group: 'Vote',
    whileTyping: true,
    enabled: (state) => state.ready && state.choice !== undefined,
    perform: ({ cast }) => cast(),
  }),
} as const;

/** Two drafts under labels, nobody's names: one is preferred, or none. A seat is taken before they are shown. */
export function Vote({ campaign, view, onSent }: VoteProps) {
  const { item, may, drafts, round, ownVote } = view;
  const me = useMe();
  const box = useOutbox();
  const send = useSend(campaign);
  const film = item.clip === undefined ? undefined : filmOf(campaign, item.id);
  const player = usePlayer(film);
  const letter = useLetter(slotOf(campaign, 'vote', item.id));
  const { halt } = usePost();
  const waiting = letter !== undefined && letter.refused === undefined;
  const typed = useAutosave<Ballot>(`typed/${me.account}/${campaign}/${item.id}/vote/${round}`, { choice: undefined, note: '' });
  const [conflict, setConflict] = useState(false);
  const ballot = typed.value;
  const does = useActions<VoteState, typeof VOTE>(VOTE, {
    choice: ballot?.choice,
    ready: may.includes('vote') && ballot !== undefined && !waiting,
    choose: (to) => typed.set({ ...ballot!, choice: to }),
    async cast() {
      const note = ballot!.note.trim();
      const orders = { item: item.id, round, choice: ballot!.choice!, ...(note === '' ? {} : { note }) };
      if (await send('vote', orders, `Vote on ${item.id}`)) {
        await typed.drop();
        onSent();
      }
    },
  });
  if (ballot === undefined) return <Progress label="Opening" />;
  return (
    <div className="vote">
      <Watch campaign={campaign} item={item} film={film} player={player} />
      <div className="stack">
        {may.includes('take-vote') && (
          <Panel title="Your vote is asked for">
            <div className="stack">
              <p>
                Two people have explained this without knowing of each other, and their texts agree well enough to be voted on. Take a seat,
                and you see both, without names.
              </p>
              <div className="row">
                <Button look="main" onClick={() => void send('take', { item: item.id, seat: 'vote' }, `Seat to vote on ${item.id}`)}>
                  Take a seat
                </Button>
                <Button look="quiet" onClick={() => setConflict(true)}>
                  Conflict of interest
                </Button>
              </div>
            </div>
          </Panel>
        )}
        {drafts !== undefined && (
          <div className="vote-drafts">
            {drafts.map(({ label, writing }) => (
              <Panel key={label} title={`Explanation ${label.toUpperCase()}`} className={ballot.choice === label ? 'chosen' : ''}>
                <Written of={writing} item={item} player={film === undefined ? undefined : player} />
                {may.includes('vote') && (
                  <div className="row vote-choose">
                    <Does of={does[label]} aria-pressed={ballot.choice === label} />
                  </div>
                )}
              </Panel>
            ))}
          </div>
        )}
        {may.includes('vote') && (
          <Panel title="Your vote">
            <div className="stack">
              <p className="hint">Prefer the one that names what happened and is borne out by its evidence, not the better style.</p>
              <div className="row">
                {(['neither', 'abstain'] as const).map((one) => (
                  <Does key={one} of={does[one]} aria-pressed={ballot.choice === one} />
                ))}
              </div>
              <Field label="Why (optional)" hint={ballot.choice === 'neither' ? 'If both are wrong, say what they miss.' : undefined}>
                {(ids) => (
                  <textarea
                    {...ids}
                    rows={2}
                    maxLength={2000}
                    value={ballot.note}
                    onChange={({ target }) => typed.set({ ...ballot, note: target.value })}
                  />
                )}
              </Field>
              {letter?.refused !== undefined && (
                <Problem error={letter.refused} tools={<Button onClick={() => void box.discard(letter.id)}>Take the vote away</Button>} />
              )}
              {waiting && halt !== undefined && <p className="callout warn">Your vote waits for the server, and is kept here.</p>}
              <div className="row">
                <Does of={does.cast} look="main" />
                {may.includes('release') && (
                  <Button
                    look="quiet"
                    onClick={() => void send('release', { item: item.id, seat: 'vote' }, `Give back the seat at ${item.id}`)}
                  >
                    Give the seat back
                  </Button>
                )}
                <Button look="quiet" onClick={() => setConflict(true)}>
                  Conflict of interest
                </Button>
              </div>
            </div>
          </Panel>
        )}
        {ownVote !== undefined && (
          <p className="callout good">
            You have voted: {ownVote === 'a' || ownVote === 'b' ? ownVote.toUpperCase() : ownVote}. The others have to vote, too.
          </p>
        )}
      </div>
      {conflict && <Conflict campaign={campaign} item={item.id} onClose={() => setConflict(false)} />}
    </div>
  );
}
