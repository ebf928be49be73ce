/** Small annotation campaigns for tests: commands in, events kept, ids and times counted. */
import {
  type Campaign,
  type CommandType,
  calibrationOf,
  type Decision,
  decide,
  type Event,
  follow,
  GUIDELINES,
  type Item,
  type Orders,
  type Policy,
  type Writing,
} from '../../src/protocol/index.ts';

export const SIGNATURE = 'bertscore|model:made|part:F1|idf:false|rescaled:false';

/** A gate that tells apart: matched pairs score high, shuffled ones low. */
export const CALIBRATED = calibrationOf(new Array(100).fill(0.9), new Array(100).fill(0.3), {
  signature: SIGNATURE,
  threshold: 0.75,
}).summary;

export const POLICY: Policy = {
  voters: 3,
  gate: { signature: SIGNATURE, threshold: 0.75, calibration: CALIBRATED },
  training: { items: 0, roles: ['annotator'] },
};

export const item = (id: string, more: Partial<Item> = {}): Item => ({ id, emotion: 'joy', modalities: ['text', 'picture'], ...more });

export const writing = (cause: string, more: Partial<Writing> = {}): Writing => ({
  cause,
  reasoning: `Because of turn 1: ${cause}`,
  evidence: { text: [{ turn: 1, note: cause }], sound: [], picture: [], faces: [], nothing: ['picture'] },
  ...more,
});

/** Ann, Ben and Cleo write; Vera, Viktor and Vito vote; Lea leads; Ada and Adam judge. */
export const CAST = [
  ['ann', ['annotator']],
  ['ben', ['annotator']],
  ['cleo', ['annotator', 'voter']],
  ['vera', ['voter']],
  ['viktor', ['voter']],
  ['vito', ['voter']],
  ['ada', ['adjudicator']],
  ['adam', ['adjudicator']],
] as const;

/** A time so many minutes after noon. */
export const minute = (n: number): string => new Date(Date.UTC(2026, 10, 25, 12, n)).toISOString();

export interface Desk {
  readonly campaign: Campaign;
  readonly events: Event[];
  /** What comes of a command; accepted events are kept. */
  ask<T extends CommandType>(by: string, type: T, orders: Orders[T], id?: string): Decision;
  /** The same, where a refusal would be a fault of the test. */
  does<T extends CommandType>(by: string, type: T, orders: Orders[T], id?: string): Event;
  /** The code of the refusal. */
  refuses<T extends CommandType>(by: string, type: T, orders: Orders[T], id?: string): string | undefined;
}

/** An open campaign with the cast and items i1, i2 … */
export function desk({ policy = POLICY, items = 2 }: { policy?: Policy; items?: number } = {}): Desk {
  const d = emptyDesk();
  d.does('lea', 'open', { title: 'Test', name: 'Lea', policy, guidelines: GUIDELINES, seed: 7 });
  for (const [person, roles] of CAST) d.does('lea', 'invite', { person, name: person.toUpperCase(), roles });
  d.does('lea', 'add-items', { items: Array.from({ length: items }, (_, i) => item(`i${i + 1}`)) });
  return d;
}

/** A desk on which nothing has happened. */
export function emptyDesk(): Desk {
  const following = follow();
  const events: Event[] = [];
  let n = 0;
  const ask: Desk['ask'] = (by, type, orders, id) => {
    n++;
    const command = { campaign: 'c', id: id ?? `event-${n}`, by, at: minute(n), type, ...orders } as unknown as Parameters<
      typeof decide
    >[1];
    const decision = decide(following.campaign, command);
    for (const event of 'events' in decision ? decision.events : []) {
      events.push(event);
      following.add(event);
    }
    return decision;
  };
  return {
    get campaign() {
      return following.campaign;
    },
    events,
    ask,
    does(by, type, orders, id) {
      const decision = ask(by, type, orders, id);
      if ('refused' in decision) throw new Error(`${by} ${type}: ${decision.refused.code} ${decision.refused.what}`);
      return decision.events[0]!;
    },
    refuses(by, type, orders, id) {
      const decision = ask(by, type, orders, id);
      return 'refused' in decision ? decision.refused.code : undefined;
    },
  };
}

/** Both drafts of an item, by Ann and Ben, and the gate's score. */
export function drafted(d: Desk, id: string, score?: number): void {
  d.does('ann', 'draft', { item: id, writing: writing(`Ann on ${id}`) });
  d.does('ben', 'draft', { item: id, writing: writing(`Ben on ${id}`) });
  if (score !== undefined) d.does('gate', 'measure', { item: id, score, signature: SIGNATURE });
}

/** Seats and votes of the three voters. */
export function voted(d: Desk, id: string, choices: readonly Orders['vote']['choice'][]): void {
  for (const [i, choice] of choices.entries()) {
    const by = ['vera', 'viktor', 'vito'][i]!;
    d.does(by, 'take', { item: id, seat: 'vote' });
    d.does(by, 'vote', { item: id, choice });
  }
}
