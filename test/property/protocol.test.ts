import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  type Campaign,
  CHOICES,
  type Command,
  decide,
  ERASED,
  type Event,
  extend,
  fold,
  follow,
  nextFor,
  type Policy,
  parseCommand,
  parseEvent,
  publicationOf,
  redacted,
  statusOf,
  viewFor,
} from '../../src/protocol/index.ts';
import { written } from '../../src/protocol/same.ts';
import { item, minute, POLICY, SIGNATURE, writing } from '../support/campaign.ts';

/** Roles overlap, so that nearly everybody could do what nobody should. */
const CAST: Readonly<Record<string, readonly ('lead' | 'annotator' | 'voter' | 'adjudicator')[]>> = {
  lea: ['lead', 'annotator'],
  ann: ['annotator', 'voter'],
  ben: ['annotator', 'voter'],
  cleo: ['annotator', 'voter'],
  dan: ['voter', 'annotator'],
  vera: ['voter'],
  ada: ['adjudicator', 'voter'],
  adam: ['adjudicator'],
};
const PEOPLE = Object.keys(CAST);
const ITEMS = ['i1', 'i2', 'i3'];
/** At, just below, just above and nowhere near the threshold. */
const SCORES = [0.75, 0.750_000_1, 0.749_999_9, 0.9, 0.9, 0.2, Number.NaN];
const policy: Policy = { ...POLICY, training: { items: 1, roles: ['annotator'] } };
const secret = (id: string): string => `<text of ${id}>`;

/** What a person tries: numbers that choose. `next` does what nextFor says, so that runs get somewhere. */
interface Move {
  readonly who: number;
  readonly what: number;
  readonly item: number;
  readonly pick: number;
}
const move = (most: number): fc.Arbitrary<Move> =>
  fc.record({ who: fc.nat(PEOPLE.length), what: fc.nat(most), item: fc.nat(ITEMS.length - 1), pick: fc.nat(999) });
/** Most moves do what comes next; the others are anything. */
const moves = fc.array(fc.oneof({ arbitrary: move(4), weight: 3 }, { arbitrary: move(18), weight: 2 }), { minLength: 50, maxLength: 110 });

type Asked = { [K in string]: unknown } & { readonly type: string; readonly by: string };

/** The command of a move. */
function asked(campaign: Campaign, { who, what, item, pick }: Move, id: string): Asked {
  const by = PEOPLE[who] ?? 'gate';
  const id0 = ITEMS[item]!;
  const other = PEOPLE[pick % PEOPLE.length]!;
  const text = { writing: writing(secret(id)) };
  const texts = ['a', 'b', ...campaign.items.get(id0)!.discussion.revisions.map((revision) => revision.id)];
  const seat = pick % 2 === 0 ? 'draft' : 'vote';
  const votes: Asked = { by, type: 'vote', item: id0, choice: CHOICES[pick % CHOICES.length] };
  if (by === 'gate' || what === 4)
    return { by: 'gate', type: 'measure', item: id0, score: SCORES[pick % SCORES.length], signature: SIGNATURE };
  if (what < 4) return next(campaign, by, pick, text);
  const any: Asked[] = [
    { by, type: 'take', item: id0, seat },
    { by, type: 'release', item: id0, seat },
    { by, type: 'draft', item: id0, ...text },
    { by, type: 'retract', item: id0 },
    votes,
    { by, type: 'say', item: id0, text: secret(id) },
    { by, type: 'revise', item: id0, ...text },
    { by, type: 'accept', item: id0, text: texts[pick % texts.length] },
    { by, type: 'train', person: other },
    { by, type: 'approve', person: other },
    { by, type: pick % 3 === 0 ? 'return' : 'approve', person: other, ...(pick % 3 === 0 ? { note: secret(id) } : {}) },
    { by: 'lea', type: 'reassign', item: id0, seat, from: other, ...(pick % 3 === 0 ? {} : { to: by }), reason: 'x' },
    pick % 9 === 0 ? { by: 'lea', type: 'withdraw', item: id0, reason: 'x' } : votes,
    pick % 5 === 0 ? { by, type: 'declare-conflict', person: by, with: other, reason: 'x' } : votes,
  ];
  return any[what - 5]!;
}

function next(campaign: Campaign, by: string, pick: number, text: object): Asked {
  const task = nextFor(campaign, by);
  switch (task.do) {
    case 'train':
      return { by, type: 'train', person: by };
    case 'practise':
      return { by, type: 'practise', item: task.item, ...text };
    case 'judge':
      return { by, type: 'approve', person: task.person };
    case 'draft':
      return { by, type: 'draft', item: task.item, ...text };
    case 'vote':
      return task.taken
        ? { by, type: 'vote', item: task.item, choice: CHOICES[pick % CHOICES.length] }
        : { by, type: 'take', item: task.item, seat: 'vote' };
    case 'discuss': {
      const theirs = [...campaign.items.get(task.item)!.discussion.accepted].find(([author]) => author !== by)?.[1].text;
      return { by, type: 'accept', item: task.item, text: theirs ?? (pick % 2 === 0 ? 'a' : 'b') };
    }
    case 'wait':
      return { by, type: 'leave', person: 'nobody' };
  }
}

const FIRST: readonly Asked[] = [
  { by: 'lea', type: 'open', title: 'Test', name: 'Lea', policy, guidelines: { version: '1', text: 'Write well.' }, seed: 3 },
  ...PEOPLE.map((person) => ({ by: 'lea', type: 'invite', person, name: `Name of ${person}`, roles: CAST[person] })),
  { by: 'lea', type: 'add-items', items: ITEMS.map((id) => item(id)) },
];

const command = (order: Asked, n: number): Command => ({ campaign: 'c', id: `event-${n}`, at: minute(n), ...order }) as unknown as Command;

/** Plays moves; `after` sees each step. */
function played(all: readonly Move[], after: (campaign: Campaign, order: Command, events: readonly Event[]) => void = () => {}) {
  const following = follow();
  const events: Event[] = [];
  const { campaign } = following;
  let n = 0;
  const step = (order: Asked) => {
    const asks = command(order, n++);
    const decision = decide(campaign, asks);
    for (const event of 'events' in decision ? decision.events : []) {
      expect(following.add(event)).toBe('accepted'); // what is decided is folded
      events.push(event);
    }
    after(campaign, asks, events);
  };
  for (const order of FIRST) step(order);
  // Three are trained already, the others have to find their way.
  for (const person of ['ann', 'ben', 'cleo']) {
    step({ by: person, type: 'train', person });
    step({ by: person, type: 'practise', item: campaign.people.get(person)!.training.items[0], writing: writing('practice') });
    for (const by of ['ada', 'adam']) step({ by, type: 'approve', person });
  }
  const start = events.length;
  for (const one of all) step(asked(campaign, one, `event-${n}`));
  return { campaign, events, start };
}

/** All but the log: two orders of one log are two logs. */
const state = ({ settings, people, items }: Campaign): string => written({ settings, people, items });

/** What the log itself says of an item, told anew in the plainest way: the oracle for what may be published. */
function told(events: readonly Event[], id: string) {
  const drafts = new Map<string, number>();
  const [votes, accepted] = [new Map<string, string>(), new Map<string, string>()];
  let score: { value: number | null; index: number } | undefined;
  let withdrawn = false;
  for (const [index, event] of events.entries()) {
    if (!('item' in event) || event.item !== id) continue;
    if (event.type === 'drafted') drafts.set(event.by, index);
    if (event.type === 'retracted') drafts.delete(event.by);
    if (event.type === 'measured') score = { value: event.score, index };
    if (event.type === 'voted') votes.set(event.by, event.choice);
    if (event.type === 'revised') accepted.set(event.by, event.id);
    if (event.type === 'accepted') accepted.set(event.by, event.text);
    if (event.type === 'withdrawn') withdrawn = true;
    if (event.type === 'reassigned' && event.seat === 'vote') votes.delete(event.from);
    if (event.type === 'reassigned' && event.seat === 'draft') {
      if (drafts.size === 2 && drafts.has(event.from)) {
        score = undefined;
        votes.clear();
        accepted.clear();
      }
      drafts.delete(event.from);
    }
  }
  return { drafts, votes, accepted, score, withdrawn };
}

/** Whether every adjudicator had approved the person, before an event of the log. */
function wasApproved(events: readonly Event[], person: string, before: number): boolean {
  const approvals = new Set<string>();
  for (const event of events.slice(0, before)) {
    if (event.type === 'returned' && event.person === person) approvals.clear();
    if (event.type === 'approved' && event.person === person) approvals.add(event.by);
  }
  return PEOPLE.filter((one) => CAST[one]!.includes('adjudicator') && one !== person).every((judge) => approvals.has(judge));
}

/** Throws where an item is published against the protocol, or not published although nothing is missing. */
function check(campaign: Campaign, events: readonly Event[]): ('majority' | 'discussion' | 'none')[] {
  return ITEMS.map((id) => {
    const state = campaign.items.get(id)!;
    const published = publicationOf(state, policy);
    const { drafts, votes, accepted, score, withdrawn } = told(events, id);
    const authors = [...drafts.keys()];
    const counts = (['a', 'b'] as const).map((label) => [...votes.values()].filter((choice) => choice === label).length);
    const passed = score !== undefined && score.value !== null && score.value > 0.75;
    const majority = passed && votes.size === 3 && Math.max(...counts) >= 2;
    const agreed = authors.length === 2 && accepted.has(authors[0]!) && accepted.get(authors[0]!) === accepted.get(authors[1]!);
    const complete = !withdrawn && drafts.size === 2 && score !== undefined && (majority || ((!passed || votes.size === 3) && agreed));
    expect({ id, published: published !== undefined }).toEqual({ id, published: complete });
    if (published === undefined) return 'none';
    expect(published.how).toBe(majority ? 'majority' : 'discussion');
    expect(authors.every((author) => drafts.get(author)! < score!.index)).toBe(true);
    expect(authors.every((author) => wasApproved(events, author, drafts.get(author)!))).toBe(true);
    expect(authors.filter((author) => votes.has(author))).toEqual([]);
    // Nobody had a seat to vote on the item, and so its drafts before the eyes, before drafting it.
    for (const author of authors) {
      const peeked = events
        .slice(0, drafts.get(author)!)
        .filter((e) => e.type === 'taken' && e.seat === 'vote' && e.item === id && e.by === author);
      expect(peeked).toEqual([]);
    }
    return published.how;
  });
}

describe('whatever people do, and in whatever order', () => {
  test.prop([moves], { numRuns: 25 })('nothing is published without the conditions of the protocol, and everything with them', (all) => {
    let n = 0;
    const { campaign, events } = played(all, (now, _, log) => {
      if (n++ % 8 === 7 && now.items.size > 0) check(now, log);
    });
    check(campaign, events);
  });

  test.prop([moves], { numRuns: 12 })('nobody sees what is not theirs to see', (all) => {
    let n = 0;
    played(all, (campaign) => {
      if (n++ % 6 !== 0) return;
      for (const [id, state] of campaign.items) {
        const status = statusOf(state, policy);
        if (status === 'discussing' || status === 'published') continue;
        const texts = [...state.authors.values(), ...state.setAside.flatMap(({ drafts }) => drafts)].flatMap((draft) => draft ?? []);
        const talk = state.setAside.flatMap(({ discussion }) => [...(discussion?.messages ?? []), ...(discussion?.revisions ?? [])]);
        for (const person of PEOPLE) {
          const view = JSON.stringify(viewFor(campaign, person, id)) ?? '';
          const panel = status === 'voting' && state.voters.has(person);
          for (const draft of texts) {
            const current = state.authors.get(draft.by) === draft;
            const may = current && (draft.by === person || panel);
            expect({ person, status, sees: view.includes(secret(draft.id)) }).toEqual({ person, status, sees: may });
          }
          for (const { id: said } of talk) expect({ person, hears: view.includes(secret(said)) }).toEqual({ person, hears: false });
          if (panel)
            for (const author of state.authors.keys())
              if (author !== person) expect({ person, names: view.includes(`"${author}"`) }).toEqual({ person, names: false });
        }
      }
    });
  });

  test.prop([moves], { numRuns: 6 })('a refusal changes nothing, and a command that is repeated is carried out once', (all) => {
    let before = '';
    let length = 0;
    played(all, (campaign, order, log) => {
      const now = state(campaign);
      if (log.length === length) expect(now).toBe(before);
      else {
        const again = decide(campaign, { ...order, at: minute(9999) });
        expect(again).toEqual({ events: [] });
        expect(decide(campaign, { ...order, by: 'vito' })).toMatchObject({ refused: { code: 'PROTOCOL_ID_TWICE' } });
      }
      [before, length] = [now, log.length];
    });
  });
});

describe('folding', () => {
  test.prop([moves, fc.nat()], { numRuns: 12 })('from JSON, in pieces, and with repetitions, all give one campaign', (all, cut) => {
    const { campaign, events } = played(all);
    const read = events.map((event) => parseEvent(JSON.parse(JSON.stringify(event))));
    expect(read).toEqual(events);
    expect(state(fold(read))).toBe(state(campaign));
    const at = cut % (events.length + 1);
    const first = fold(events.slice(0, at));
    const before = state(first);
    expect(state(extend(first, events.slice(at)))).toBe(state(campaign));
    expect(state(first)).toBe(before);
    const twice = fold(events.flatMap((event, i) => (i >= at ? [event, event, events[at]!] : [event])));
    expect(state(twice)).toBe(state(campaign));
    expect(twice.refused).toEqual([]);
  });

  /** Who steers a campaign decides about what others have done until then: that cannot commute. */
  const steers = (event: Event) => event.by === 'lea' || event.type === 'left';
  const apart = (x: Event, y: Event) => 'item' in x && 'item' in y && x.item !== y.item;
  const alike = (x: Event, y: Event) => x.type === y.type && (x.type === 'drafted' || x.type === 'voted' || x.type === 'said');
  /** A draft that takes the place of an earlier one has to come before the other author's: that one closes the pair. */
  const isAnew = (x: Event, before: readonly Event[]) =>
    x.type === 'drafted' && before.some((e) => e.type === 'drafted' && e.by === x.by && e.item === x.item);

  test.prop([moves], { numRuns: 10 })('does not depend on the order of what two people did, where both can come first', (all) => {
    const { campaign, events, start } = played(all);
    const expected = state(campaign);
    let swapped = 0;
    for (let i = start; i + 1 < events.length; i++) {
      const [x, y] = [events[i]!, events[i + 1]!];
      if (x.by === y.by || steers(x) || steers(y)) continue;
      const other = fold([...events.slice(0, i), y, x, ...events.slice(i + 2)]);
      const free = (apart(x, y) && x.type !== 'practised' && y.type !== 'practised') || (alike(x, y) && !isAnew(x, events.slice(0, i)));
      if (free) expect({ x: x.type, y: y.type, refused: other.refused }).toEqual({ x: x.type, y: y.type, refused: [] });
      if (other.refused.length > 0) continue;
      swapped++;
      expect({ x: x.type, y: y.type, state: state(other) }).toEqual({ x: x.type, y: y.type, state: expected });
    }
    fc.pre(swapped > 0);
  });

  test.prop([moves, fc.nat(), fc.boolean()], { numRuns: 10 })(
    'an erased person is in nothing that is folded, whether the log was rewritten or not',
    (all, who, texts) => {
      const { campaign, events } = played(all);
      const person = PEOPLE[1 + (who % (PEOPLE.length - 1))]!;
      const own = events.filter(({ by }) => by === person).map(({ id }) => id);
      const decision = decide(campaign, command({ by: 'lea', type: 'erase', person, texts }, 5000));
      const log = [...events, ...('events' in decision ? decision.events : [])];
      const after = fold(log);
      expect(after.refused).toEqual([]);
      const folded = written(after);
      const traces = [`"${person}"`, `"Name of ${person}"`, ...(texts ? own.map(secret) : [])];
      expect(traces.filter((trace) => folded.includes(trace))).toEqual([]);
      const rewritten = fold(log.map((event) => redacted(event, { person, as: 'erased-1', texts })));
      expect(written(rewritten) === folded).toBe(true);
      for (const state of after.items.values()) {
        const published = publicationOf(state, policy);
        if (texts && published !== undefined) expect(published.writing.cause).not.toBe(ERASED);
      }
    },
  );
});

test('the moves are no idle ones: they publish by majority and by discussion', () => {
  const ways = new Set<string>();
  const runs = fc.sample(moves, { numRuns: 20, seed: 11 });
  for (const all of runs) {
    const { campaign, events } = played(all);
    for (const how of check(campaign, events)) ways.add(how);
  }
  expect([...ways].sort()).toEqual(['discussion', 'majority', 'none']);
});

test('commands of moves are in their form', () => {
  for (const all of fc.sample(moves, { numRuns: 3, seed: 5 }))
    played(all, (_, order) =>
      expect(parseCommand({ ...order, ...('score' in order && Number.isNaN(order.score) ? { score: null } : {}) })).toMatchObject({
        id: order.id,
      }),
    );
});
