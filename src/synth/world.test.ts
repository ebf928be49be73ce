import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EMOTIONS } from '../base/emotion.ts';
import { CAST } from './cast.ts';
import { WORLD_VERSION } from './folder.ts';
import { happeningsFor } from './happenings.ts';
import { LOOKS } from './looks.ts';
import { PLACES } from './places.ts';
import { timelineOf } from './timeline.ts';
import { WORD_SITUATIONS } from './words.ts';
import { FELT, hashed, KINDS, type Kind, partFor, partOf, type Story, storyOf } from './world.ts';

const many = (seed: number, count: number, split = false) => Array.from({ length: count }, (_, i) => storyOf(seed, i, { split }));
const world = many(1, 3000);
const larger = many(5, 18_000);

describe('a story', () => {
  test('is the same for the same seed and number, and another for others', () => {
    expect(many(7, 50)).toEqual(many(7, 50));
    expect(many(7, 50)).not.toEqual(many(8, 50));
    expect(storyOf(7, 3)).not.toEqual(storyOf(7, 4));
  });

  test('kinds take turns, emotions and people are about evenly spread', () => {
    const share = (wanted: (s: Story) => boolean) => world.filter(wanted).length / world.length;
    for (const kind of KINDS) expect(share((s) => s.kind === kind)).toBe(1 / 3);
    for (const emotion of FELT) expect(share((s) => s.emotion === emotion)).toBeCloseTo(1 / 6, 1);
    for (const { name } of CAST) expect(share((s) => s.who.name === name)).toBeCloseTo(1 / CAST.length, 1);
    for (const { name } of PLACES) expect(share((s) => s.place.name === name)).toBeCloseTo(1 / PLACES.length, 1);
  });

  test('has two people, two to five turns, and ends with the one who is moved', () => {
    for (const { who, other, turns, emotion } of world) {
      expect(who.name).not.toBe(other.name);
      expect(turns.length).toBeGreaterThanOrEqual(2);
      expect(turns.length).toBeLessThanOrEqual(5);
      expect(turns.at(-1)).toMatchObject({ by: 'who', emotion });
      expect(turns.every((turn, i) => i === 0 || turn.by !== turns[i - 1]!.by)).toBe(true);
    }
  });

  test('there are 24 kinds of situations, at least two for each emotion and kind of cause', () => {
    expect(new Set(world.map((s) => `${s.kind}/${s.situation}`)).size).toBe(24);
    for (const emotion of FELT) {
      for (const kind of KINDS) {
        const found = new Set(world.filter((s) => s.kind === kind && s.emotion === emotion).map((s) => s.situation));
        expect(found.size).toBeGreaterThanOrEqual(2);
      }
    }
  });

  test('utterances have 2 to 12 seconds, in quarters, without gaps', () => {
    for (const story of world.slice(0, 1000)) {
      const { turns, onset, seconds } = timelineOf(story);
      for (const [i, { start, end, speaks, speech }] of turns.entries()) {
        expect(start).toBe(i === 0 ? 0 : turns[i - 1]!.end);
        expect(end - start).toBeGreaterThanOrEqual(2);
        expect(end - start).toBeLessThanOrEqual(12);
        expect((4 * end) % 1).toBe(0);
        expect(speaks + speech.seconds).toBeLessThan(end);
      }
      expect(onset).toBeLessThan(turns.at(-1)!.speaks - 1);
      expect(seconds).toBe(turns.at(-1)!.end);
    }
  });
});

describe('an explanation', () => {
  test('is a sentence of ECEM’s form whose pronoun is the speaker’s', () => {
    for (const { who, cause } of world) {
      expect(cause).toMatch(/^The reason (why )?(she|he) was [a-z]+ is that .+[a-z]\.$/);
      expect(cause).not.toMatch(/[{}]|undefined| {2}|\ba [aeiou]|\ban [^aeiou]/);
      const pronouns: readonly string[] = cause.match(/\b(she|he|her|his|him)\b/g)!;
      expect(pronouns[0]).toBe(who.pronoun);
    }
  });

  test('her, his and him are the one who feels; after “when” it is the other one', () => {
    for (const { who, other, cause } of world) {
      for (const [word] of cause.matchAll(/\b(her|his|him)\b/g)) expect(word === 'her' ? 'she' : 'he').toBe(who.pronoun);
      for (const [, word] of cause.matchAll(/ when (she|he) /g)) expect(word).toBe(other.pronoun);
    }
  });

  test('every pronoun belongs to one of the two', () => {
    for (const { who, other, cause } of world) {
      const said = new Set((cause.match(/\b(she|he|her|his|him)\b/g) ?? []).map((p) => (/^(she|her)$/.test(p) ? 'she' : 'he')));
      for (const pronoun of said) expect([who.pronoun, other.pronoun]).toContain(pronoun);
    }
  });

  test('names what it is about, and the other one exactly where the words are needed', () => {
    for (const { cause, prop, kind, other, needs, place } of world) {
      expect(cause).toContain(prop);
      expect(cause.includes(other.name)).toBe(needs.includes('T'));
      if (kind === 'picture') expect(cause).toContain(place.name);
    }
  });

  test('is about as long as ECEM’s (14.4 words)', () => {
    const words = world.map(({ cause }) => cause.split(' ').length);
    const mean = words.reduce((a, b) => a + b, 0) / words.length;
    expect(mean).toBeGreaterThan(12);
    expect(mean).toBeLessThan(17);
  });
});

/** What each modality shows of a story, without the cause: the words up to the last turn, what is seen, and the faces. */
const SHOWN = {
  T: (s: Story) => [s.emotion, ...s.turns.slice(-3).map(({ text }) => text)],
  V: (s: Story) => [s.happening?.situation, s.happening?.prop],
  E: (s: Story) => [s.emotion, s.look],
} as const;
/** The one modality that tells each kind of cause, and what identifies the cause. */
const TELLS: Readonly<Record<Kind, keyof typeof SHOWN>> = { word: 'T', picture: 'V', face: 'E' };
const CAUSE: Readonly<Record<Kind, (s: Story) => string>> = {
  word: (s) => `${s.situation}/${s.prop}`,
  picture: (s) => `${s.situation}/${s.prop}`,
  face: (s) => s.look,
};
/** How many causes of this kind an emotion may have. */
const ALTERNATIVES: Readonly<Record<Kind, (s: Story) => number>> = {
  word: ({ emotion }) => Object.values(WORD_SITUATIONS).reduce((n, s) => n + (s.emotion === emotion ? s.props.length : 0), 0),
  picture: ({ emotion }) => happeningsFor(emotion).length,
  face: ({ emotion }) => LOOKS[emotion].length,
};

/** The most frequent cause for each key. */
function mostFrequent(stories: readonly Story[], keyOf: (s: Story) => string, causeOf: (s: Story) => string): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const s of stories) {
    const at = counts.get(keyOf(s)) ?? new Map<string, number>();
    counts.set(keyOf(s), at.set(causeOf(s), (at.get(causeOf(s)) ?? 0) + 1));
  }
  return new Map([...counts].map(([key, found]) => [key, [...found].sort((x, y) => y[1] - x[1])[0]![0]]));
}

/** Learns the most frequent cause for each key from the first half; how often that is right in the second, and what guessing would be. */
function lookup(kind: Kind, keyOf: (s: Story) => string) {
  const stories = larger.filter((s) => s.kind === kind);
  const half = stories.length / 2;
  const best = mostFrequent(stories.slice(0, half), keyOf, CAUSE[kind]);
  const asked = stories.slice(half);
  const right = asked.filter((s) => best.get(keyOf(s)) === CAUSE[kind](s)).length / asked.length;
  const chance = asked.reduce((sum, s) => sum + 1 / ALTERNATIVES[kind](s), 0) / asked.length;
  return { right, chance, error: Math.sqrt((chance * (1 - chance)) / asked.length) };
}

describe.each(KINDS)('a %s cause', (kind) => {
  const others = (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).filter((m) => m !== TELLS[kind]);
  const what = (m: keyof typeof SHOWN, s: Story) => JSON.stringify(SHOWN[m](s));

  // Also with the emotion, which the question names, the people and the room. Finer keys learn less from the same stories, so several are tried.
  const KEYS: Readonly<Record<string, (s: Story) => string>> = {
    'the emotion alone': (s) => s.emotion,
    'one of the others': (s) => `${s.emotion} ${what(others[0]!, s)}`,
    'the other one': (s) => `${s.emotion} ${what(others[1]!, s)}`,
    both: (s) => `${s.emotion} ${others.map((m) => what(m, s)).join()}`,
    'both, and who': (s) => `${s.emotion} ${others.map((m) => what(m, s)).join()} ${s.who.name}`,
    'both, and where': (s) => `${s.emotion} ${others.map((m) => what(m, s)).join()} ${s.place.name} ${s.stage.side}`,
    'what was said last': (s) => (kind === 'word' ? `${s.emotion} ${s.turns.at(-1)!.text}` : `${s.emotion} ${s.turns.at(-2)!.text}`),
  };
  test.each(Object.entries(KEYS))('cannot be looked up better than guessed by %s', (_, keyOf) => {
    const { right, chance, error } = lookup(kind, keyOf);
    expect(right).toBeLessThan(chance + 3 * error);
  });

  test('can be looked up by the modality that tells it', () => {
    const { right, chance } = lookup(kind, (s) => `${s.emotion} ${kind === 'word' ? s.turns.at(-2)!.text : what(TELLS[kind], s)}`);
    expect(right).toBeGreaterThan(0.99);
    expect(chance).toBeLessThan(0.26);
  });

  test('leaves no trace in the other modalities', () => {
    for (const s of world.filter((one) => one.kind === kind)) {
      expect(s.happening !== undefined).toBe(kind === 'picture');
      expect(s.look !== 'neutral').toBe(kind === 'face');
      expect(s.turns.slice(0, -1).filter(({ emotion }) => emotion !== 'neutral').length).toBe(kind === 'face' ? 1 : 0);
    }
  });
});

describe('a split', () => {
  const split = many(3, 12_000, true);
  const part = (name: string) => split.filter((s) => s.part === name);
  /** Person or room that the explanation names. */
  const named = (s: Story) => (s.kind === 'picture' ? s.place.name : s.other.name);
  const about = (s: Story) => `${s.situation}/${s.kind === 'face' ? s.look : s.prop}`;
  const combination = (s: Story) => [about(s), s.who.name, s.other.name, s.place.name].join(' · ');

  test('has eight tenths for training, one for development and one for the test', () => {
    expect(['train', 'dev', 'test'].map((name) => part(name).length)).toEqual([9600, 1200, 1200]);
    expect(split.every((s, i) => s.part === partOf(i))).toBe(true);
  });

  test('no combination and no explanation is in two parts', () => {
    const marks = (s: Story) => [combination(s), `${about(s)} of ${named(s)}`, s.cause];
    const seen = new Map(split.flatMap((s) => marks(s).map((mark) => [mark, s.part] as const)));
    for (const s of split) for (const mark of marks(s)) if (seen.get(mark) !== s.part) expect(`${s.part}: ${mark}`).toBe(seen.get(mark));
    expect(new Set(split.map(combination)).size).toBeGreaterThan(7000);
  });

  test('no dialogue of the test, with what is seen of it, is in the other parts', () => {
    const whole = (s: Story) => JSON.stringify([s.turns, s.happening, s.look, s.who.name, s.other.name, s.place.name]);
    const seen = new Set([...part('train'), ...part('dev')].map(whole));
    expect(part('test').filter((s) => seen.has(whole(s)))).toEqual([]);
  });

  test('but everything in the test is known by itself from training', () => {
    for (const of of [about, named, (s: Story) => s.who.name, (s: Story) => s.place.name, (s: Story) => s.prop]) {
      const known = new Set(part('train').map(of));
      expect([...new Set(part('test').map(of))].filter((one) => !known.has(one))).toEqual([]);
    }
  });

  test('for every situation and thing some people and rooms are kept, and most are not', () => {
    for (const s of split) {
      for (const all of [CAST, PLACES]) {
        const parts = all.map((_, i) => partFor(s.situation, s.kind === 'face' ? s.look : s.prop, i));
        expect(new Set(parts)).toEqual(new Set(['train', 'dev', 'test']));
        expect(parts.filter((p) => p === 'train').length).toBeGreaterThanOrEqual(all.length / 2);
      }
    }
  });
});

test('hashes are those of FNV-1a', () => {
  // Reference values of the algorithm's authors (http://www.isthe.com/chongo/tech/comp/fnv/): "", "a", "foobar".
  expect(['', 'a', 'foobar'].map(hashed)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test('all six emotions are felt, neutral is not', () => expect([...FELT, 'neutral'].sort()).toEqual([...EMOTIONS].sort()));

test('a table of everything that is true needs all three: V < V+E, T < V+T < V+T+E, as in the paper’s Table 4', () => {
  const cause = (s: Story) => `${s.kind}/${s.situation}/${CAUSE[s.kind](s)}`;
  const shown = {
    T: (s: Story) => [s.emotion, s.kind === 'word' ? cause(s) : s.turns.slice(-2).map(({ text }) => text)],
    V: SHOWN.V,
    E: SHOWN.E,
  };
  const right = (modalities: readonly (keyof typeof shown)[]) => {
    const keyOf = (s: Story) => JSON.stringify(modalities.map((m) => shown[m](s)));
    const best = mostFrequent(larger.slice(0, 12_000), keyOf, cause);
    return larger.slice(12_000).filter((s) => best.get(keyOf(s)) === cause(s)).length / 6000;
  };
  const [v, ve, t, vt, vte] = [right(['V']), right(['V', 'E']), right(['T']), right(['V', 'T']), right(['V', 'T', 'E'])];
  for (const [less, more] of [
    [v, ve],
    [t, vt],
    [vt, vte],
  ] as const)
    expect(more - less).toBeGreaterThan(0.05);
  expect(vte).toBeGreaterThan(0.95);
});

test('version 1 of the world tells these very stories; a change here is a new WORLD_VERSION and another hash', () => {
  const told = createHash('sha256')
    .update(JSON.stringify([many(1, 300), many(2, 300, true)]))
    .digest('hex');
  expect([WORLD_VERSION, told.slice(0, 16)]).toEqual([1, 'de2de537fd4fcef4']);
});
