/** A thread that draws stories of the made world: of each the pictures that `framesUntil` would take from its film. */
import { parentPort, workerData } from 'node:worker_threads';
import { fitPicture, type PictureSettings } from '../../src/media/clip.ts';
import { sceneOf, timelineOf } from '../../src/synth/index.ts';
import { FRAMES, storyNumber } from './story-films.ts';

/** Which stories of a part: number `from` up to, not including, number `to`. */
export interface StoryDrawing {
  readonly part: 'train' | 'dev';
  readonly from: number;
  readonly to: number;
  readonly settings: PictureSettings;
}

const { part, from, to, settings } = workerData as StoryDrawing;
const stories = Array.from({ length: to - from }, (_, i) => {
  const story = storyNumber(part, from + i);
  const timeline = timelineOf(story);
  const { picture } = sceneOf(story, timeline, { width: 320, height: 240 });
  return Array.from({ length: FRAMES }, (_, k) => fitPicture(picture(((k + 0.5) * timeline.seconds) / FRAMES), settings));
});
parentPort?.postMessage(
  stories,
  stories.flat().map(({ data }) => data.buffer as ArrayBuffer),
);
