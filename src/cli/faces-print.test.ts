import { expect, test } from 'vitest';
import { captureOut } from '../../test/support/out.ts';
import { EMOTIONS, type Emotion, type FacesReport, READING } from '../faces/index.ts';
import { printFaces } from './faces-print.ts';

const shares = (emotion: Emotion, p: number) =>
  Object.fromEntries(EMOTIONS.map((name) => [name, name === emotion ? p : 0])) as Record<Emotion, number>;
const peak = (t: number, emotion: Emotion, value: number) => ({ t, emotion, value, prominence: 0.3, fromNeutral: 0.5 });
const track = { frames: [], emotions: shares('joy', 1) };
const said = { confidence: 0, faces: [], emotions: shares('joy', 1) };

const REPORT: FacesReport = {
  video: { duration: 12.5, fps: 25, width: 1280, height: 720 },
  tracks: [
    {
      ...track,
      id: 1,
      from: 0,
      to: 9.8,
      seen: 9.6,
      dominant: 'joy',
      dominantScore: 0.824,
      peaks: [1, 2, 3, 4].map((t) => peak(t, 'joy', 1 - t / 10)),
    },
    { ...track, id: 2, from: 3, to: 5.2, seen: 2.2, dominant: 'unclear', dominantScore: 0.31, peaks: [] },
  ],
  utterances: [
    {
      ...said,
      start: 0.5,
      end: 2,
      speaker: 'Ross',
      text: 'Hi.',
      track: 1,
      confidence: 0.912,
      by: 'mouth',
      of: 'speaker',
      dominant: 'joy',
      dominantScore: 0.7,
    },
    {
      ...said,
      start: 3,
      end: 5,
      text: 'A sentence that is far too long to be printed in a table.',
      track: 'unknown',
      reason: 'tie',
      of: 'all faces',
      dominant: 'unclear',
      dominantScore: 0.3,
    },
    { start: 9, end: 10, confidence: 0, faces: [], track: 'unknown', reason: 'nobody visible', of: 'nobody' },
  ],
  speakers: [
    { speaker: 'Ross', track: 1, confidence: 0.95, utterances: 3 },
    { speaker: 'Rachel', track: 'unknown', confidence: 0, utterances: 0 },
  ],
  contagion: [
    {
      leader: 1,
      follower: 2,
      followings: [{ emotion: 'joy', from: 3, to: 4.2, lag: 1.2 }],
      correlation: 0.512,
      lag: 1.2,
      p: 0.01,
      pHolm: 0.02,
    },
    { leader: 2, follower: 1, followings: [], correlation: 0.1, lag: 0.2, p: 0.6, pHolm: 1 }, // says nothing, so it is not printed
  ],
  shots: [{ from: 0, to: 12.4 }],
  notes: [READING],
  receipt: { frames: 63, video: { fps: 5 }, detector: { network: 'ssd', sha256: '0123456789abcdef' }, landmarks: false },
};

test('a report as text: faces, utterances, names, who changed after whom, notes, networks', () => {
  const { out, stdout } = captureOut();
  printFaces(REPORT, out);
  expect(stdout()).toMatchInlineSnapshot(`
    "12.5 s, 1280 × 720, 25 pictures a second: 63 looked at, 1 shot, 2 faces.

    face  from   to  seen (s)  viewers would read  peaks
       1     0  9.8       9.6  joy 82 %            joy 90 % at 1 s, joy 80 % at 2 s, joy 70 % at 3 s, 1 more
       2     3  5.2       2.2  unclear

    start  end  speaker  face                     confidence  viewers would read   said
      0.5    2  Ross     1                        0.91        joy 70 % (speaker)   Hi.
        3    5           unknown: tie                         unclear (all faces)  A sentence that is far too long to be p…
        9   10           unknown: nobody visible

    name  is face  confidence  utterances
    Ross        1  0.95                 3

    face  after  times  changes                    correlation  lag    p (Holm)
       2      1      1  joy at 4.2 s, 1.2 s after  0.51         1.2 s  0.020

    Emotions say how viewers would read an expression, not what a person feels.

    Made with ssd 01234567; 5 pictures a second.
    "
  `);
});

test('a video without faces', () => {
  const { out, stdout } = captureOut();
  const { utterances: _, speakers: __, ...rest } = REPORT;
  printFaces({ ...rest, tracks: [], contagion: [], shots: [], notes: [READING, 'No face was found.'] }, out);
  expect(stdout()).toMatchInlineSnapshot(`
    "12.5 s, 1280 × 720, 25 pictures a second: 63 looked at, 0 shots, 0 faces.

    Emotions say how viewers would read an expression, not what a person feels.
    No face was found.

    Made with ssd 01234567; 5 pictures a second.
    "
  `);
});
