import { useEffect, useRef, useState } from 'react';
import type { Guidelines } from '../../../src/protocol/guidelines.ts';
import type { ItemView } from '../../../src/protocol/view.ts';
import type { Writing } from '../../../src/protocol/writing.ts';
import { action, useActions } from '../actions.ts';
import { useLetter, useOutbox, usePost } from '../outbox/browser.ts';
import { useAutosave } from '../outbox/use-autosave.ts';
import { useMe } from '../people/session.ts';
import { Button, Does, Problem, Progress } from '../ui/index.ts';
import { Conflict } from './conflict.tsx';
import { filmOf, slotOf, useSend } from './desk.ts';
import { BLANK, gapsOf, type Mark, marked, sendable } from './marking.ts';
import { Work } from './work.tsx';

interface DraftProps {
  readonly campaign: string;
  readonly view: ItemView;
  readonly guidelines: Guidelines | undefined;
  /** What the writing becomes: a draft, or practice. */
  readonly as: 'draft' | 'practise';
  /** How far the practice is. */
  readonly progress?: string | undefined;
  readonly onSent: () => void;
}

interface SendState {
  readonly ready: boolean;
  readonly send: () => Promise<void>;
}
const SEND = {
  send: action<SendState>({
    id: 'send-writing',
    label: 'Send',
    keys: ['Ctrl+Enter'],
    group: 'Writing',
    whileTyping: true,
    enabled: ({ ready }) => ready,
    perform: ({ send }) => send(),
  }),
} as const;

/** A draft is written: alone, kept on this machine with every key, and sent through the outbox. */
export function Draft({ campaign, view, guidelines, as, progress, onSent }: DraftProps) {
  const { item, own, round, may, seats } = view;
  const me = useMe();
  const box = useOutbox();
  const send = useSend(campaign);
  const slot = slotOf(campaign, as, item.id);
  const letter = useLetter(slot);
  const { halt } = usePost();
  const [conflict, setConflict] = useState(false);
  const typed = useAutosave<Writing>(`typed/${me.account}/${campaign}/${item.id}/${as}/${round}`, own ?? BLANK);
  const writing = typed.value;
  const gaps = writing === undefined ? [] : gapsOf(item, writing);
  const waiting = letter !== undefined && letter.refused === undefined;
  const taking = useRef(false);

  /** The first change takes the seat, so that nobody else writes the same meanwhile. */
  const take = (): void => {
    if (as !== 'draft' || taking.current || seats.includes('draft') || !may.includes('take-draft')) return;
    taking.current = true;
    void send('take', { item: item.id, seat: 'draft' }, `Seat at ${item.id}`);
  };
  const change = (mark: Mark): void => {
    if (writing === undefined) return;
    const after = marked(item, writing, mark);
    if (after === writing) return;
    take();
    typed.set(after);
  };
  const submit = async (): Promise<void> => {
    const text = sendable(writing!);
    const before = writing!;
    if (await send(as, { item: item.id, writing: text }, `${as === 'draft' ? 'Draft' : 'Practice'} of ${item.id}`)) {
      await typed.drop(before);
      onSent();
    }
  };
  const ready =
    writing !== undefined && gaps.length === 0 && !waiting && (as === 'practise' || may.includes('draft') || seats.includes('draft'));
  const does = useActions<SendState, typeof SEND>(SEND, { ready, send: submit });
  // What went out while another page was open is dropped here, where it still is what was sent.
  useEffect(() => {
    const end = box.onSent((sent) => {
      if (sent.slot === slot && JSON.stringify(sendable(writing ?? BLANK)) === JSON.stringify((sent.body as { writing?: Writing }).writing))
        void typed.drop(writing);
    });
    return () => {
      end();
    };
  });

  if (writing === undefined) return <Progress label="Opening" />;
  return (
    <>
      <Work
        campaign={campaign}
        title={
          as === 'practise'
            ? `Practice${progress === undefined ? '' : `, ${progress}`}`
            : own === undefined
              ? 'Your draft'
              : 'Your draft, sent before'
        }
        item={item}
        film={item.clip === undefined ? undefined : filmOf(campaign, item.id)}
        guidelines={guidelines}
        writing={writing}
        change={change}
        saved={typed.saved}
      >
        {letter?.refused !== undefined && (
          <Problem
            error={letter.refused}
            tools={
              <>
                <Button onClick={() => void box.discard(letter.id)}>Go on writing: your text stays here</Button>
                <Button onClick={() => void box.retry(letter.id)}>Send again</Button>
              </>
            }
          />
        )}
        {waiting && (
          <p className="callout warn" role="status">
            {halt === undefined ? 'On its way …' : 'It waits for the server, and is kept here. It goes out by itself, once.'}
          </p>
        )}
        <div className="row">
          <Does of={does.send} look="main">
            {own === undefined ? `Send ${as === 'draft' ? 'draft' : 'practice'}` : 'Send again'}
          </Does>
          {may.includes('release') && (
            <Button look="quiet" onClick={() => void send('release', { item: item.id, seat: 'draft' }, `Give back ${item.id}`)}>
              Give back
            </Button>
          )}
          {may.includes('retract') && (
            <Button look="quiet" onClick={() => void send('retract', { item: item.id }, `Take back the draft of ${item.id}`)}>
              Take the draft back
            </Button>
          )}
          <Button look="quiet" onClick={() => setConflict(true)}>
            Conflict of interest
          </Button>
        </div>
      </Work>
      {conflict && <Conflict campaign={campaign} item={item.id} onClose={() => setConflict(false)} />}
    </>
  );
}
