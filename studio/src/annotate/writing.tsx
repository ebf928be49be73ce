import { useEffect, useRef } from 'react';
import type { Item, Writing } from '../../../src/protocol/writing.ts';
import type { Player } from '../film/player.ts';
import type { SaveState } from '../outbox/autosave.ts';
import { Saved } from '../outbox/saved.tsx';
import { Field, Panel } from '../ui/index.ts';
import { EvidenceList } from './evidence-list.tsx';
import { gapsOf, LONGEST, type Mark, questionsOn, wordsIn } from './marking.ts';

interface WritingFormProps {
  readonly title: string;
  readonly item: Item;
  readonly writing: Writing;
  readonly change: (mark: Mark) => void;
  readonly saved: SaveState;
  readonly player: Player | undefined;
  /** Buttons below, and what stands in their way. */
  readonly children: React.ReactNode;
}

/** Cause, reasoning and evidence. Each keystroke is handed on at once. */
export function WritingForm({ title, item, writing, change, saved, player, children }: WritingFormProps) {
  const gaps = gapsOf(item, writing);
  const questions = questionsOn(writing);
  const words = wordsIn(writing.cause);
  return (
    <Panel title={title} tools={<Saved state={saved} />} className="writing">
      <div className="stack">
        <Field
          label="Cause"
          hint={
            words === 0
              ? 'One sentence that stands alone: who felt what, and what happened that led to it.'
              : `${words} ${words === 1 ? 'word' : 'words'}; about fifteen will do.`
          }
        >
          {(ids) => <Text {...ids} rows={3} value={writing.cause} onChange={(text) => change({ do: 'cause', text })} />}
        </Field>
        <Field label="Reasoning" hint="How you got there, in one to three sentences.">
          {(ids) => <Text {...ids} rows={3} value={writing.reasoning} onChange={(text) => change({ do: 'reasoning', text })} />}
        </Field>
        <EvidenceList item={item} writing={writing} change={change} player={player} />
        {questions.length > 0 && (
          <ul className="writing-questions" aria-label="Questions about the text">
            {questions.map((question) => (
              <li key={question}>{question}</li>
            ))}
          </ul>
        )}
        <ul className="writing-gaps" aria-label="Still to do" aria-live="polite">
          {gaps.map(({ in: where, text }) => (
            <li key={`${where} ${text}`}>{text}</li>
          ))}
        </ul>
        {children}
      </div>
    </Panel>
  );
}

interface TextProps {
  readonly id: string;
  readonly rows: number;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Grows with what is written. */
function Text({ onChange, ...more }: TextProps) {
  const ref = useRef<HTMLTextAreaElement>(null);
  const { value } = more;
  // biome-ignore lint/correctness/useExhaustiveDependencies: its height follows its text
  useEffect(() => {
    const field = ref.current!;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  }, [value]);
  return <textarea {...more} ref={ref} maxLength={LONGEST} spellCheck onChange={({ target }) => onChange(target.value)} />;
}
