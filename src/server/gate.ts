import { type Campaign, type Command, carriedOut, type Event, GATE, pending, type TextPair } from '../protocol/index.ts';
import type { Desk } from '../store/index.ts';

/** Scores pairs of texts, and says by which measure. */
export interface Scorer {
  readonly signature: string;
  score(pairs: readonly TextPair[], signal?: AbortSignal): Promise<readonly number[]>;
}

/** The program that says how far two drafts agree, beside the server. */
export interface Gatekeeper {
  /** Measures what waits in a campaign, one campaign after the other. Asked while it is at work, it looks once more when it is done. */
  look(campaign: string): void;
  /** Ends when what was begun is done. */
  close(): Promise<void>;
}

/**
 * A gatekeeper. `scorerOf` opens the measure that a campaign's signature names; without one, pairs go on waiting: nothing is published unmeasured, and no
 * other measure takes its place. What fails is told to `onBug`, and tried again when somebody next writes something.
 */
export function gatekeeper(
  campaign: (id: string) => Promise<Desk<Campaign, Event>>,
  scorerOf: ((signature: string) => Promise<Scorer>) | undefined,
  { now, onBug }: { readonly now: () => string; readonly onBug: (error: unknown) => void },
): Gatekeeper {
  const asked = new Set<string>();
  const scorers = new Map<string, Promise<Scorer>>();
  const stop = new AbortController();
  let running: Promise<void> | undefined;

  const measure = async (id: string): Promise<void> => {
    const desk = await campaign(id);
    const waiting = pending(desk.state);
    const policy = desk.state.settings?.policy.gate;
    if (scorerOf === undefined || waiting.length === 0 || policy === undefined || 'none' in policy) return;
    const scorer = scorers.get(policy.signature) ?? scorerOf(policy.signature);
    scorers.set(policy.signature, scorer);
    const { signature, score } = await scorer.catch((error) => {
      scorers.delete(policy.signature);
      throw error;
    });
    const scores = await score(
      waiting.map(({ a, b }) => [a, b] as const),
      stop.signal,
    );
    for (const [i, { item, round }] of waiting.entries()) {
      const command: Command = {
        type: 'measure',
        campaign: id,
        id: `gate/${item}/${round}`,
        by: GATE,
        at: now(),
        item,
        round,
        score: scores[i]!,
        signature,
      };
      // Somebody may have been replaced meanwhile: then the score is of drafts that are no longer there, and nothing is to be done.
      await desk.carryOut((state) =>
        pending(state).some((one) => one.item === item && one.round === round) ? carriedOut(state, command) : [],
      );
    }
  };
  const run = async (): Promise<void> => {
    while (asked.size > 0 && !stop.signal.aborted) {
      const [id] = asked as ReadonlySet<string>;
      asked.delete(id!);
      await measure(id!).catch((error) => {
        if (!stop.signal.aborted) onBug(error);
      });
    }
    running = undefined;
  };
  return {
    look(id) {
      asked.add(id);
      running ??= Promise.resolve().then(run);
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}
