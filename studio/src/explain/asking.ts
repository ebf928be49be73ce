import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { Emotion } from '../../../src/base/emotion.ts';
import type { Modality } from '../../../src/fame/prompt.ts';
import type { Answer } from '../../../src/server/explainer.ts';
import type { Stage } from '../../../src/server/jobs.ts';
import { api, newKey, ok, type Problem, problemFrom } from '../api.ts';
import { follow, Stopped, stateOf } from '../follow.ts';

/** What was asked. */
export interface Asked {
  readonly dialogue: string;
  /** Index of the turn. */
  readonly utterance: number;
  readonly emotion: Emotion;
  readonly file?: string | undefined;
  /** Absent: what the model prefers. */
  readonly modalities?: readonly Modality[] | undefined;
  readonly model: string;
  /** The same for questions that were asked at once: their answers stand side by side. */
  readonly together?: string | undefined;
  /** Whether each sentence is weighed. */
  readonly evidence?: boolean | undefined;
}

/** A question with all that has come of it so far. */
export interface Card {
  readonly id: string;
  readonly asked: Asked;
  readonly state: 'going' | 'done' | 'failed' | 'stopped';
  readonly text: string;
  readonly stage?: Stage | undefined;
  readonly answer?: Answer | undefined;
  readonly problem?: Problem | undefined;
}

type Change =
  | { readonly is: 'asked'; readonly card: Card }
  | { readonly is: 'changed'; readonly id: string; readonly more: Partial<Card> }
  | { readonly is: 'said'; readonly id: string; readonly text: string }
  | { readonly is: 'removed'; readonly id: string }
  | { readonly is: 'found'; readonly cards: readonly Card[] };

/** Newest first. */
export function cardsAfter(cards: readonly Card[], change: Change): readonly Card[] {
  const changed = (id: string, of: (card: Card) => Partial<Card>) =>
    cards.map((card) => (card.id === id ? { ...card, ...of(card) } : card));
  switch (change.is) {
    case 'asked':
      return [change.card, ...cards];
    case 'changed':
      return changed(change.id, () => change.more);
    case 'said':
      return changed(change.id, ({ text }) => ({ text: text + change.text }));
    case 'removed':
      return cards.filter(({ id }) => id !== change.id);
    case 'found': {
      const known = new Set(cards.map(({ id }) => id));
      return [...cards, ...change.cards.filter(({ id }) => !known.has(id))];
    }
  }
}

/** Tokens of an answer at most: one to three sentences have fewer. */
const MOST_NEW = 160;
/** Answers of earlier visits that are shown again. */
const FOUND = 6;

/** The questions about a dialogue: those that are asked here, and the latest ones of earlier visits. */
export function useAsking(dialogue: string, model: string) {
  const [cards, change] = useReducer(cardsAfter, []);
  const gone = useRef(new AbortController());
  useEffect(() => {
    const stop = new AbortController();
    gone.current = stop;
    found(dialogue, model, stop.signal).then(
      (cards) => stop.signal.aborted || change({ is: 'found', cards }),
      () => {}, // what was asked before is no reason to stop here; asking again tells what is wrong
    );
    return () => stop.abort();
  }, [dialogue, model]);

  const ask = useCallback(async (asked: Asked): Promise<void> => {
    const { signal } = gone.current;
    const { modalities, together: _, evidence = true, ...rest } = asked;
    const json = { ...rest, evidence, maxNew: MOST_NEW, ...(modalities === undefined ? {} : { modalities: [...modalities] }) };
    const { id } = await ok(api.explanations.$post({ header: newKey(), json }));
    change({ is: 'asked', card: { id, asked, state: 'going', text: '' } });
    try {
      const answer = (await follow(`/explanations/${id}`, {
        signal,
        onStage: (stage) => change({ is: 'changed', id, more: { stage } }),
        onToken: (text) => change({ is: 'said', id, text }),
      })) as Answer;
      change({ is: 'changed', id, more: { state: 'done', answer, text: answer.text, stage: undefined } });
    } catch (error) {
      if (signal.aborted) return;
      const more = error instanceof Stopped ? { state: 'stopped' as const } : { state: 'failed' as const, problem: problemFrom(error) };
      change({ is: 'changed', id, more: { ...more, stage: undefined } });
    }
  }, []);
  const stop = useCallback((id: string) => ok(api.explanations[':job'].$delete({ header: newKey(), param: { job: id } })), []);
  const remove = useCallback(
    async (id: string) => {
      await stop(id);
      change({ is: 'removed', id });
    },
    [stop],
  );
  return { cards, ask, stop, remove };
}

async function found(dialogue: string, model: string, signal: AbortSignal): Promise<Card[]> {
  const rows = (await ok(api.explanations.$get({ query: { dialogue } }))).filter(({ state }) => state === 'done').slice(0, FOUND);
  const cards = rows.map(async ({ job, utterance, emotion, file }): Promise<Card[]> => {
    signal.throwIfAborted();
    const { state, result } = await stateOf(`/explanations/${job}`);
    const answer = result as Answer | undefined;
    if (state !== 'done' || answer === undefined) return [];
    return [
      {
        id: job,
        asked: { dialogue, utterance, emotion, file, modalities: answer.modalities, model: answer.model ?? model },
        state,
        text: answer.text,
        answer,
      },
    ];
  });
  return (await Promise.all(cards)).flat();
}
