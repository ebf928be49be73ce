import { useEffect, useState } from 'react';
import type { Guidelines } from '../../../src/protocol/guidelines.ts';
import type { ItemView } from '../../../src/protocol/view.ts';
import type { Writing } from '../../../src/protocol/writing.ts';
import { action, useActions } from '../actions.ts';
import { usePlayer } from '../film/player.ts';
import { usePost } from '../outbox/browser.ts';
import { useAutosave } from '../outbox/use-autosave.ts';
import { useMe } from '../people/session.ts';
import { Button, Does, Field, Panel, Progress } from '../ui/index.ts';
import { filmOf, useSend } from './desk.ts';
import { Gate } from './gate.tsx';
import { BLANK, gapsOf, marked, sendable } from './marking.ts';
import { Watch, Work } from './work.tsx';
import { Written } from './written.tsx';

interface DiscussProps {
  readonly campaign: string;
  readonly view: ItemView;
  readonly guidelines: Guidelines | undefined;
}

interface Proposal {
  /** `a`, `b`, or the id of a revision. */
  readonly text: string;
  readonly name: string;
  readonly by: string | undefined;
  readonly writing: Writing;
}

/** The texts that can be accepted: both drafts, then revisions in their order. */
function proposalsOf({ drafts = [], discussion }: ItemView): Proposal[] {
  return [
    ...drafts.map(({ label, by, writing }) => ({ text: label, name: `Draft ${label.toUpperCase()}`, by, writing })),
    ...(discussion?.revisions ?? []).map(({ id, by, writing }, i) => ({ text: id, name: `Revision ${i + 1}`, by, writing })),
  ];
}

interface SayState {
  readonly ready: boolean;
  readonly say: () => Promise<void>;
}
const SAY = {
  say: action<SayState>({
    id: 'say',
    label: 'Say it',
    keys: ['Ctrl+Enter'],
    group: 'Discussion',
    whileTyping: true,
    enabled: ({ ready }) => ready,
    perform: ({ say }) => say(),
  }),
} as const;

/** Two who disagree talk, write anew, and accept one text. */
export function Discuss({ campaign, view, guidelines }: DiscussProps) {
  const { item, may, round, discussion, measured } = view;
  const me = useMe();
  const send = useSend(campaign);
  const { letters } = usePost();
  const film = item.clip === undefined ? undefined : filmOf(campaign, item.id);
  const player = usePlayer(film);
  const [revising, setRevising] = useState<Writing>();
  const typed = useAutosave<string>(`typed/${me.account}/${campaign}/${item.id}/say/${round}`, '');
  const message = typed.value ?? '';
  const proposals = proposalsOf(view);
  const accepted = discussion?.accepted ?? [];
  const does = useActions<SayState, typeof SAY>(SAY, {
    ready: may.includes('say') && message.trim() !== '' && revising === undefined,
    async say() {
      const text = message.trim();
      typed.set(''); // it is in the outbox now, and shown below until it is there
      await send('say', { item: item.id, round, text }, `Message about ${item.id}`);
    },
  });
  const waiting = letters.flatMap(({ id, body }) => {
    const said = body as { type?: string; item?: string; text?: string };
    return said.type === 'say' && said.item === item.id ? [{ id, text: said.text ?? '' }] : [];
  });
  if (revising !== undefined)
    return <Revise campaign={campaign} view={view} guidelines={guidelines} from={revising} onEnd={() => setRevising(undefined)} />;
  const name = (text: string) => proposals.find((one) => one.text === text)?.name ?? 'a text that is gone';
  const mine = accepted.find(({ by }) => by === me.account)?.text;
  return (
    <div className="discuss">
      <Watch campaign={campaign} item={item} film={film} player={player} />
      <div className="stack">
        <Panel title="What the gate has said">
          <div className="stack">
            <Gate measured={measured} />
            <Votes view={view} />
          </div>
        </Panel>
        <Panel
          title="Texts"
          tools={may.includes('revise') && <Button onClick={() => setRevising(view.own ?? BLANK)}>Write a revision</Button>}
        >
          <div className="stack">
            <p className="hint">
              It is published when both authors accept the same text. A revision is accepted by whoever puts it forward.
            </p>
            {proposals.map(({ text, name: called, by, writing }) => {
              const by2 = accepted.filter((one) => one.text === text).map((one) => (one.by === me.account ? 'you' : one.by));
              return (
                <article key={text} className={`proposal ${mine === text ? 'mine' : ''}`} aria-label={called}>
                  <header className="row">
                    <h3>{called}</h3>
                    {by !== undefined && <span className="hint">{by === me.account ? 'yours' : `by ${by}`}</span>}
                    {by2.length > 0 && <span className="proposal-accepted">✓ accepted by {by2.join(' and ')}</span>}
                  </header>
                  <Written of={writing} item={item} player={film === undefined ? undefined : player} />
                  {may.includes('accept') && (
                    <div className="row">
                      <Button
                        look="plain"
                        aria-pressed={mine === text}
                        disabled={mine === text}
                        onClick={() => void send('accept', { item: item.id, round, text }, `Acceptance of ${called} of ${item.id}`)}
                      >
                        {mine === text ? 'You accept this' : 'I would sign this'}
                      </Button>
                      <Button look="quiet" onClick={() => setRevising(writing)}>
                        Start a revision from it
                      </Button>
                    </div>
                  )}
                </article>
              );
            })}
          </div>
        </Panel>
        <Panel title="Discussion">
          <div className="stack">
            <ol className="messages" aria-label="Messages" aria-live="polite">
              {(discussion?.messages ?? []).map(({ id, by, at, text }) => (
                <li key={id} className={by === me.account ? 'mine' : ''}>
                  <span className="hint">
                    {by === me.account ? 'You' : by}, {new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}
                  </span>
                  <p>{text}</p>
                </li>
              ))}
              {waiting.map(({ id, text }) => (
                <li key={id} className="mine waiting">
                  <span className="hint">You, waiting for the server</span>
                  <p>{text}</p>
                </li>
              ))}
            </ol>
            {discussion?.messages.length === 0 && waiting.length === 0 && (
              <p className="hint">
                Nothing has been said yet. Point at turns and seconds: what does the other text rest on that yours leaves out?
              </p>
            )}
            {may.includes('say') && (
              <>
                <Field label="Your message">
                  {(ids) => (
                    <textarea {...ids} rows={3} maxLength={2000} value={message} onChange={({ target }) => typed.set(target.value)} />
                  )}
                </Field>
                <div className="row">
                  <Does of={does.say} look="main" />
                </div>
              </>
            )}
            {accepted.length > 0 && (
              <p className="hint">
                Now accepted: {accepted.map(({ by, text }) => `${by === me.account ? 'you' : by} – ${name(text)}`).join('; ')}
              </p>
            )}
          </div>
        </Panel>
      </div>
    </div>
  );
}

/** The votes, once they are counted. */
export function Votes({ view }: { readonly view: ItemView }) {
  const { votes = [] } = view;
  if (votes.length === 0) return null;
  return (
    <ul className="votes" aria-label="Votes">
      {votes.map(({ id, choice, note }) => (
        <li key={id}>
          <strong>{choice === 'a' || choice === 'b' ? choice.toUpperCase() : choice}</strong>
          {note !== undefined && <span>{note}</span>}
        </li>
      ))}
    </ul>
  );
}

interface ReviseProps extends DiscussProps {
  readonly from: Writing;
  readonly onEnd: () => void;
}

/** Another text is put forward. */
function Revise({ campaign, view, guidelines, from, onEnd }: ReviseProps) {
  const { item, round } = view;
  const me = useMe();
  const send = useSend(campaign);
  const typed = useAutosave<Writing>(`typed/${me.account}/${campaign}/${item.id}/revise/${round}`, from);
  const writing = typed.value;
  const submit = async (): Promise<void> => {
    const before = writing!;
    if (await send('revise', { item: item.id, round, writing: sendable(before) }, `Revision of ${item.id}`)) {
      await typed.drop(before);
      onEnd();
    }
  };
  const does = useActions<SayState, typeof SAY>(
    { say: { ...SAY.say, id: 'put-forward', label: 'Put it forward' } },
    { ready: writing !== undefined && gapsOf(item, writing).length === 0, say: submit },
  );
  useEffect(() => {
    document.querySelector<HTMLElement>('.writing textarea')?.focus();
  }, []);
  if (writing === undefined) return <Progress label="Opening" />;
  return (
    <Work
      campaign={campaign}
      title="A revision"
      item={item}
      film={item.clip === undefined ? undefined : filmOf(campaign, item.id)}
      guidelines={guidelines}
      writing={writing}
      change={(mark) => typed.set(marked(item, writing, mark))}
      saved={typed.saved}
    >
      <div className="row">
        <Does of={does.say} look="main" />
        <Button look="quiet" onClick={onEnd}>
          Back to the discussion
        </Button>
      </div>
    </Work>
  );
}
