import { useState } from 'react';
import type { Item, Writing } from '../../../src/protocol/writing.ts';
import { usePlayer } from '../film/player.ts';
import { useAutosave } from '../outbox/use-autosave.ts';
import { useMe } from '../people/session.ts';
import { Button, Field, Panel } from '../ui/index.ts';
import { filmOf, useSend } from './desk.ts';
import { Watch } from './work.tsx';
import { Written } from './written.tsx';

interface JudgeProps {
  readonly campaign: string;
  readonly person: string;
  readonly practice: readonly { readonly item: Item; readonly writing: Writing }[];
}

/** A finished practice is read, item by item, and approved or returned with what was wrong. */
export function Judge({ campaign, person, practice }: JudgeProps) {
  const me = useMe();
  const send = useSend(campaign);
  const [at, setAt] = useState(0);
  const typed = useAutosave<string>(`typed/${me.account}/${campaign}/return/${person}`, '');
  const note = typed.value ?? '';
  const shown = practice[Math.min(at, practice.length - 1)];
  const film = shown === undefined || shown.item.clip === undefined ? undefined : filmOf(campaign, shown.item.id);
  const player = usePlayer(film);
  return (
    <div className="discuss">
      {shown !== undefined && <Watch campaign={campaign} item={shown.item} film={film} player={player} writing={shown.writing} />}
      <div className="stack">
        {shown !== undefined && (
          <Panel
            title={`Practice of ${person}: ${at + 1} of ${practice.length}`}
            tools={
              <>
                <Button look="quiet" disabled={at === 0} onClick={() => setAt(at - 1)}>
                  Before
                </Button>
                <Button look="quiet" disabled={at >= practice.length - 1} onClick={() => setAt(at + 1)}>
                  Next
                </Button>
              </>
            }
          >
            <Written of={shown.writing} item={shown.item} player={film === undefined ? undefined : player} />
          </Panel>
        )}
        <Panel title="Your judgement">
          <div className="stack">
            <p className="hint">Formal work begins when every adjudicator has approved. Returned practice begins anew, on other items.</p>
            <div className="row">
              <Button look="main" onClick={() => void send('approve', { person }, `Approval of ${person}`)}>
                Approve
              </Button>
            </div>
            <Field label="What was wrong" hint="The person reads it without your name, and practises again.">
              {(ids) => <textarea {...ids} rows={3} maxLength={2000} value={note} onChange={({ target }) => typed.set(target.value)} />}
            </Field>
            <div className="row">
              <Button
                disabled={note.trim() === ''}
                onClick={() =>
                  void send('return', { person, note: note.trim() }, `Return to ${person}`).then((done) => {
                    if (done) void typed.drop();
                  })
                }
              >
                Return for another attempt
              </Button>
            </div>
          </div>
        </Panel>
      </div>
    </div>
  );
}
