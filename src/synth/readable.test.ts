import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMOTIONS } from '../base/emotion.ts';
import { openDetector } from '../faces/detectors.ts';
import type { Detector, Recogniser } from '../faces/face.ts';
import { type Landmarks, openLandmarks } from '../faces/landmarks.ts';
import { openRecogniser } from '../faces/recognisers.ts';
import { CAST } from './cast.ts';
import { sceneOf } from './scene.ts';
import { timelineOf } from './timeline.ts';
import { FELT, type Story, storyOf } from './world.ts';

// The networks that the program uses by default, trained on photographs: the whole system shall run on this world with its real face stage.
let [detector, recogniser, landmarks]: [Detector, Recogniser, Landmarks] = [] as never;
beforeAll(async () => {
  [detector, recogniser, landmarks] = await Promise.all([openDetector('ssd'), openRecogniser('expression'), openLandmarks()]);
});
afterAll(() => Promise.all([detector.dispose(), recogniser.dispose(), landmarks.dispose()]));

test('the real face stage finds these faces and reads the six expressions of everybody', async () => {
  const face = Array.from({ length: 9 }, (_, i) => storyOf(2, i)).find((s) => s.kind === 'face')!;
  let [found, right, extra] = [0, 0, 0];
  for (const [i, emotion] of FELT.entries()) {
    for (let k = 0; k < CAST.length / 2; k++) {
      const look = FELT[(i + 1 + k) % FELT.length]!;
      const story: Story = { ...face, who: CAST[k]!, other: CAST[k + CAST.length / 2]!, emotion, look };
      const timeline = timelineOf(story);
      const picture = sceneOf(story, timeline, { width: 320, height: 240 }).picture(timeline.seconds - 0.5);
      const boxes = (await detector.detect(picture)).map(({ box }) => box);
      const points = await landmarks.landmarks(picture, boxes);
      const read = await recogniser.recognise(
        picture,
        boxes.map((box, j) => ({ box, landmarks: points[j]! })),
      );
      for (const [side, felt] of [
        [story.stage.side, emotion],
        [-story.stage.side, look],
      ] as const) {
        const j = boxes.findIndex(({ x, width }) => Math.abs(x + width / 2 - (160 + 74 * side)) < 20);
        if (j < 0) continue;
        found++;
        if (EMOTIONS[read[j]!.indexOf(Math.max(...read[j]!))] === felt) right++;
      }
      extra += Math.max(0, boxes.length - 2);
    }
  }
  expect(found / 60).toBeGreaterThanOrEqual(0.95);
  expect(right / found).toBeGreaterThanOrEqual(0.85);
  expect(extra).toBe(0);
});
