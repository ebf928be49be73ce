import { describe, expect, test } from 'vitest';
import { seenFaces as report, seenTrack as track } from '../../test/support/expressions.ts';
import { facesInWords } from './expressions.ts';

const TURNS = [0, 2, 4, 6].map((start) => ({ text: 'x', start, end: start + 2 }));

describe('what viewers would read, face by face', () => {
  test('in order of appearance, counted anew, with times', () => {
    const seen = report(
      [
        track(7, [
          [1, 3, 'joy'],
          [3, 4, 'surprise'],
        ]),
        track(3, [[0, 4, 'neutral']]),
      ],
      8,
    );
    expect(facesInWords(seen, TURNS, 1)).toEqual({
      text: [
        'Faces in the video, as viewers would read them:',
        'Face 1: neutral 0.0 to 3.8 s.',
        'Face 2: joy 1.0 to 2.8 s, surprise 3.0 to 3.8 s.',
      ].join('\n'),
      faces: 2,
      tracks: [3, 7],
      leftOut: 0,
      speakers: false,
    });
  });

  test('nothing after the end of the target', () => {
    const seen = report(
      [
        track(1, [
          [0, 4, 'joy'],
          [4, 8, 'anger'],
        ]),
        track(2, [[4.2, 8, 'fear']]),
      ],
      8,
    );
    expect(facesInWords(seen, TURNS, 1).text).toBe('Faces in the video, as viewers would read them:\nFace 1: joy 0.0 to 3.8 s.');
    expect(facesInWords(seen, TURNS, 3).text).toMatch(/anger 4.0 to 7.8 s\.\nFace 2: fear/);
  });

  test('a flicker of one frame counts only where there is nothing else', () => {
    const flicker = track(1, [
      [0, 1, 'joy'],
      [1, 1.2, 'anger'],
      [1.2, 2, 'joy'],
    ]);
    expect(facesInWords(report([flicker], 8), TURNS, 0).text).toMatch(/Face 1: joy 0.0 to 1.8 s\.$/);
    expect(facesInWords(report([track(1, [[0, 0.2, 'anger']])], 8), TURNS, 0).text).toMatch(/Face 1: anger 0.0 to 0.0 s\.$/);
  });

  test('a face that was away does not keep its expression meanwhile', () => {
    const away = track(1, [
      [0, 1, 'joy'],
      [5, 6, 'joy'],
    ]);
    expect(facesInWords(report([away], 8), TURNS, 3).text).toMatch(/joy 0.0 to 0.8 s, joy 5.0 to 5.8 s/);
  });

  test('where no class dominates it says so', () => {
    expect(facesInWords(report([track(1, [[0, 1, 'even']])], 8), TURNS, 0).text).toMatch(/unclear 0.0 to 0.8 s/);
  });

  test('a crowd is cut to those most seen, a restless face to what tells most', () => {
    const crowd = Array.from({ length: 9 }, (_, i) => track(i, [[0, 0.4 + i / 5, 'joy']]));
    expect(facesInWords(report(crowd, 8), TURNS, 1)).toMatchObject({ faces: 4, leftOut: 5 });
    const restless = track(
      1,
      Array.from({ length: 20 }, (_, i) => [i * 0.4, i * 0.4 + 0.4, i % 2 === 0 ? 'neutral' : 'fear'] as const),
    );
    const { text } = facesInWords(report([restless], 8), TURNS, 3);
    expect(text.match(/ to /g)).toHaveLength(6);
    expect(text).not.toContain('neutral');
  });

  test('nobody, and turns without times', () => {
    expect(facesInWords(report([], 8), TURNS, 0).text).toBe('No face was found in the video.');
    const timeless = [{ text: 'x' }];
    expect(facesInWords(report([track(1, [[0, 8, 'joy']])], 8), timeless, 0).text).toMatch(/joy 0.0 to 7.8 s/);
  });
});

describe('who speaks', () => {
  const tracks = [track(5, [[0, 8, 'joy']]), track(6, [[0.2, 8, 'fear']])];

  test('where the video ends with the target', () => {
    const { text, speakers } = facesInWords(report(tracks, 6.2, [5, 6, 5]), TURNS, 2);
    expect(speakers).toBe(true);
    expect(text).toContain('Face 1 (seems to speak in turns 1, 3): joy');
    expect(text).toContain('Face 2 (seems to speak in turn 2): fear');
  });

  test('without the words only of the last turn', () => {
    const { text } = facesInWords(report(tracks, 6, [5, 6, 5]), TURNS, 2, false);
    expect(text).toContain('Face 1 (seems to speak last): joy');
    expect(text).toContain('Face 2: fear');
  });

  test('not where the video goes on: that answer would know what follows', () => {
    expect(facesInWords(report(tracks, 6.3, [5, 6, 5]), TURNS, 2)).toMatchObject({ speakers: false });
  });

  test('not where nobody knows', () => {
    expect(facesInWords(report(tracks, 6, ['unknown', 'unknown', 'unknown']), TURNS, 2)).toMatchObject({ speakers: false });
  });
});
