import { describe, expect, test } from 'vitest';
import { boundOf, type Fault, faultsOf, filmsOf, runsOf } from './plan.ts';
import type { SourceDialogue, SourceUtterance } from './source.ts';

type Given = Partial<Omit<SourceUtterance, 'place' | 'number'>>;

/** A dialogue whose utterances have clips and are joyful, unless told. */
const dialogueOf = (...utterances: Given[]): SourceDialogue => ({
  id: 'd',
  from: { dialogue: 'd' },
  utterances: utterances.map((one, place) => ({ place, number: place, text: 'Yes!', emotion: 'joy', clip: `${place}.mp4`, ...one })),
});
const lost: Fault = { code: 'clip-undecodable', got: 'MEDIA_DAMAGED' };

describe('films', () => {
  test('one for each target, from the beginning to it; neutral and unlabelled utterances are no targets', () => {
    const dialogue = dialogueOf({}, { emotion: 'neutral' }, {}, { emotion: 'anger' });
    expect(filmsOf(dialogue, new Map(), 'after')).toEqual({
      films: [0, 2, 3].map((target) => ({ first: 0, target })),
      leftOut: [],
    });
    const { emotion: _, ...unlabelled } = dialogue.utterances[0]!;
    expect(filmsOf({ ...dialogue, utterances: [unlabelled] }, new Map(), 'after').films).toEqual([]);
  });

  test('a gap: films after it begin behind it, a target without a clip has none', () => {
    const dialogue = dialogueOf({}, {}, {}, { emotion: 'neutral' }, {});
    const faults = new Map([
      [1, lost],
      [3, lost],
    ]);
    const { films, leftOut } = filmsOf(dialogue, faults, 'after');
    expect(films).toEqual([
      { first: 0, target: 0 },
      { first: 2, target: 2 },
      { first: 4, target: 4 },
    ]);
    expect(leftOut).toEqual([{ dialogue: 'd', utterance: 1, code: 'clip-undecodable', got: 'MEDIA_DAMAGED' }]);
  });

  test('a gap, if films with one are not wanted: the targets behind it are left out, and say behind which', () => {
    const { films, leftOut } = filmsOf(dialogueOf({}, {}, {}), new Map([[1, lost]]), 'drop');
    expect(films).toEqual([{ first: 0, target: 0 }]);
    expect(leftOut.map(({ utterance, code, got }) => [utterance, code, got])).toEqual([
      [1, 'clip-undecodable', 'MEDIA_DAMAGED'],
      [2, 'gap', 'utterance 1: a clip that cannot be decoded'],
    ]);
  });

  test('words that nobody can read are no target, and no gap', () => {
    const { films, leftOut } = filmsOf(dialogueOf({ text: 'I \ufffd it' }, {}), new Map(), 'after');
    expect(films).toEqual([{ first: 0, target: 1 }]);
    expect(leftOut).toEqual([{ dialogue: 'd', utterance: 0, code: 'unreadable', got: 'I \ufffd it' }]);
  });

  test('runs: films that begin with one clip are made in one pass', () => {
    const films = [
      { first: 0, target: 0 },
      { first: 0, target: 2 },
      { first: 4, target: 5 },
    ];
    expect([...runsOf(films)]).toEqual([
      [0, [0, 2]],
      [4, [5]],
    ]);
  });
});

describe('clips before they are opened', () => {
  test('no file is a fault, and so are times of more than a minute, whatever the file', () => {
    const { clip: _, ...none } = dialogueOf({}).utterances[0]!;
    const long = { place: 1, number: 1, text: 'No.', start: 10, end: 70.5, clip: 'long.mp4' };
    const minute = { place: 2, number: 2, text: 'No.', start: 10, end: 70, clip: 'minute.mp4' };
    expect([...faultsOf({ id: 'd', from: { dialogue: 'd' }, utterances: [none, long, minute] })]).toEqual([
      [0, { code: 'clip-missing', got: 'no file' }],
      [1, { code: 'too-long', got: '61 s by its times' }],
    ]);
  });

  test.each([
    [
      { start: 3, end: 4 },
      { seconds: 1.5, told: true },
    ],
    [
      { start: 3, end: 13 },
      { seconds: 12.5, told: true },
    ],
    [{}, { seconds: 60, told: false }],
  ])('how much of a clip is taken: %j → %j', (times, bound) => {
    expect(boundOf({ place: 0, number: 0, text: '', ...times })).toEqual(bound);
  });
});
