import { describe, expect, test } from 'vitest';
import type { Emotion } from '../base/emotion.ts';
import { truthOf } from './export.ts';
import { explanation, type Subjects } from './grammar.ts';
import { happeningsFor, PICTURE_SITUATIONS } from './happenings.ts';
import { causeOf, type Judged, judge, namedIn } from './judge.ts';
import { LOOK_SITUATIONS, LOOK_WORDS, LOOKS } from './looks.ts';
import { WORD_SITUATIONS } from './words.ts';
import { FELT, type Felt, KINDS, type Kind, storyOf } from './world.ts';

const truths = Array.from({ length: 3000 }, (_, i) => truthOf(storyOf(1, i)));

/** Every cause that somebody may have for an emotion, in all its wordings; with one prop where the face is what distinguishes it. */
function causesFor(
  emotion: Felt,
): { readonly kind: Kind; readonly situation: string; readonly prop: string; readonly look?: Felt; readonly causes: readonly string[] }[] {
  return [
    ...Object.entries(WORD_SITUATIONS).flatMap(([situation, s]) =>
      s.emotion === emotion ? s.props.map((prop) => ({ kind: 'word' as const, situation, prop, causes: s.causes })) : [],
    ),
    ...happeningsFor(emotion).map(({ situation, prop }) => ({
      kind: 'picture' as const,
      situation,
      prop,
      causes: PICTURE_SITUATIONS[situation].causes,
    })),
    ...Object.entries(LOOK_SITUATIONS).flatMap(([situation, s]) =>
      LOOKS[emotion].map((look, i) => ({ kind: 'face' as const, situation, prop: s.props[i]!, look, causes: s.causes })),
    ),
  ];
}

test('every true explanation of 3000 stories is right in every part', () => {
  const wrong = truths.filter((truth) => Object.values(judge(truth.cause, truth)).some((part) => part !== true));
  expect(wrong.map(({ cause }) => cause)).toEqual([]);
  expect(new Set(truths.map(causeOf)).size).toBeGreaterThan(140);
});

test('parts are those that the cause names', () => {
  const parts = (kind: Kind, situation?: string) => {
    const truth = truths.find((one) => one.kind === kind && (situation === undefined || one.situation === situation))!;
    return Object.keys(judge(truth.cause, truth)).sort();
  };
  expect(parts('word')).toEqual(['person', 'prop', 'right', 'situation']);
  expect(parts('picture', 'drop')).toEqual(['person', 'place', 'prop', 'right', 'situation']);
  expect(parts('picture', 'run')).toEqual(['place', 'prop', 'right', 'situation']);
  expect(parts('face')).toEqual(['look', 'person', 'prop', 'right', 'situation']);
});

describe.each(FELT)('%s: of all its causes, told by the same people in the same room', (emotion) => {
  const about = { who: storyOf(1, 0).who, other: storyOf(1, 0).other, place: 'living room' };
  const all = causesFor(emotion).flatMap(({ kind, situation, prop, look, causes }) => {
    const subjects: Subjects = { ...about, prop, ...(look === undefined ? {} : { look: LOOK_WORDS[look] }) };
    const truth: Judged = {
      ...{ kind, situation, prop, place: about.place, speaker: about.who.name, other: about.other.name },
      faces: { [about.who.name]: emotion, [about.other.name]: look ?? 'neutral' },
    };
    return causes.map((cause, n) => ({ truth, text: explanation(emotion, cause, subjects, (from) => from[n % from.length]!) }));
  });

  test('each is right about itself and wrong about every other', () => {
    const found = all.flatMap(({ truth, text }) =>
      all.flatMap((other) => {
        const same = causeOf(other.truth) === causeOf(truth);
        return judge(text, other.truth).right === same ? [] : [`${text} ${same ? 'is' : 'is not'} ${causeOf(other.truth)}`];
      }),
    );
    expect(found.slice(0, 5)).toEqual([]);
  });

  test('two of them in one answer are wrong about both', () => {
    for (const [i, { truth, text }] of all.entries()) {
      const other = all[(i + 17) % all.length]!;
      if (causeOf(other.truth) === causeOf(truth)) continue;
      for (const answer of [`${text} ${other.text}`, `${other.text} ${text}`]) {
        expect([judge(answer, truth).right, judge(answer, other.truth).right], answer).toEqual([false, false]);
      }
    }
  });
});

describe('wordings', () => {
  const find = (kind: Kind, situation: string) => truths.find((truth) => truth.kind === kind && truth.situation === situation)!;
  const [broke, speech, drop, praise] = [find('word', 'broke'), find('word', 'speech'), find('picture', 'drop'), find('face', 'praise')];
  const look = LOOK_WORDS[praise.faces[praise.other] as Felt];

  test.each([
    ['no opening', broke, `${broke.other} broke ${broke.prop}`],
    ['because', broke, `${broke.speaker} is angry because ${broke.other} is breaking a ${broke.prop}!`],
    [
      'another opening',
      broke,
      `The reason ${broke.speaker} felt so annoyed was that ${broke.other} broke the ${broke.prop.toUpperCase()}s.`,
    ],
    ['present tense', speech, `${speech.other} asks her to speak about the ${speech.prop}`],
    ['a plural less', drop, `Several ${drop.prop}s slip from ${drop.other}'s hands in that ${drop.place}`],
    ['an adverb', praise, `${praise.other} looks really ${look} as he praises that ${praise.prop}`],
    ['marks and spaces', praise, `\n ${praise.other},  looked — "${look}" — (while) praising:the ${praise.prop} ...`],
  ])('%s', (_, truth, text) => expect(judge(text, truth)).toMatchObject({ situation: true, prop: true, right: true }));

  test.each([
    ['nothing', broke, ''],
    ['the opening alone', broke, 'The reason she was angry is that'],
    ['the situation alone', broke, `${broke.other} broke something`],
    ['the thing alone', broke, `it was about a ${broke.prop}`],
    ['another thing', broke, `${broke.other} broke the mirror`],
    ['two things', broke, `${broke.other} broke the ${broke.prop} and the mirror`],
    ['two situations', broke, `${broke.other} found and broke the ${broke.prop}`],
    ['two faces', praise, `${praise.other} looked ${Object.values(LOOK_WORDS).slice(0, 5).join(' and ')}, praising the ${praise.prop}`],
    ['a feeling in the opening is no face', praise, `The reason he was ${look} is that ${praise.other} praised the ${praise.prop}.`],
    ['part of a word', drop, `the ${drop.prop}board dropped`],
  ])('never right: %s', (_, truth, text) => expect(judge(text, truth).right).toBe(false));

  test('a cause that is right with the wrong person or room says so', () => {
    const [person, place] = [drop.other === 'Ada' ? 'Ben' : 'Ada', drop.place === 'office' ? 'library' : 'office'];
    expect(judge(`${person} dropped a ${drop.prop} in the ${place}`, drop)).toEqual({
      ...{ situation: true, prop: true, person: drop.speaker === person, place: false, right: true },
    });
    const scarf = { ...praise, prop: 'scarf' };
    expect(judge(`${praise.other} looked ${look} while praising the poem`, scarf)).toMatchObject({ look: true, prop: false, right: true });
  });

  test('a living room is no sign of living elsewhere', () => {
    expect(namedIn('a cat ran through the living room')).toEqual({
      ...{ situations: ['run'], props: ['cat'], looks: [], people: [], places: ['living room'] },
    });
    expect(namedIn('Ben would live in Oslo, far from the living room').situations).toEqual(['moving']);
  });
});

describe.each(KINDS)('knowing the emotion and that the cause is of kind %s is not knowing the cause', (kind) => {
  const [learnt, asked] = [truths.slice(0, 2400), truths.slice(2400)].map((half) => half.filter((truth) => truth.kind === kind)) as [
    typeof truths,
    typeof truths,
  ];
  const mean = (of: (truth: (typeof truths)[number]) => number) => asked.reduce((sum, truth) => sum + of(truth), 0) / asked.length;
  const alternatives = (emotion: Emotion) =>
    new Set(causesFor(emotion as Felt).flatMap((one) => (one.kind === kind ? [`${one.situation}/${one.look ?? one.prop}`] : []))).size;
  const chance = mean(({ emotion }) => 1 / alternatives(emotion));
  const error = Math.sqrt((chance * (1 - chance)) / asked.length);

  test('any cause of these is right as often as there are alternatives', () => {
    const found = mean((truth) => {
      const alike = learnt.filter(({ emotion }) => emotion === truth.emotion);
      return alike.filter(({ cause }) => judge(cause, truth).right).length / alike.length;
    });
    expect(Math.abs(found - chance)).toBeLessThan(0.01);
  });

  test('the most frequent one is hardly better', () => {
    const frequent = new Map(
      FELT.map((emotion) => {
        const counts = new Map<string, string[]>();
        for (const one of learnt) if (one.emotion === emotion) counts.set(causeOf(one), [...(counts.get(causeOf(one)) ?? []), one.cause]);
        return [emotion as Emotion, [...counts.values()].sort((a, b) => b.length - a.length)[0]![0]!];
      }),
    );
    expect(mean((truth) => Number(judge(frequent.get(truth.emotion)!, truth).right))).toBeLessThan(chance + 3 * error);
  });
});
