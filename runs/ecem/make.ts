/**
 * Makes a small folder like MELD's release out of the made world, with defects like those of MELD: `tsx runs/ecem/make.ts FOLDER [DIALOGUES]`. FOLDER/planted.json says
 * what is wrong where, and what a build should do about it; runs/ecem/check.ts compares. A folder that is whole is kept.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../../src/base/atomic.ts';
import { exists } from '../../src/base/file.ts';
import { MELD_HEADER } from '../../src/data/meld.ts';
import { writeVideo } from '../../src/media/encode.ts';
import type { Ticks } from '../../src/media/frame.ts';
import { type Story, sceneOf, soundOf, storyOf, type Timeline, timelineOf } from '../../src/synth/index.ts';

const [folder, count = '12'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: make.ts FOLDER [DIALOGUES]');

const SIZE = { width: 320, height: 240 };
const [FPS, RATE] = [8, 16_000];

/** What is planted, where, and what becomes of it. `repaired`: the build mends it. `gap`: no film shows it. `kept`: told, and no more. */
export interface Planted {
  readonly code: string;
  readonly dialogue: number;
  /** MELD's number; absent where the whole dialogue is meant. */
  readonly utterance?: number;
  readonly outcome: 'repaired' | 'gap' | 'kept';
}

const PLANTED: readonly Planted[] = [
  { code: 'overlap', dialogue: 1, utterance: 1, outcome: 'repaired' },
  { code: 'clip-length', dialogue: 2, utterance: 1, outcome: 'repaired' },
  { code: 'clip-missing', dialogue: 3, utterance: 1, outcome: 'gap' },
  { code: 'clip-undecodable', dialogue: 4, utterance: 0, outcome: 'gap' },
  { code: 'mojibake', dialogue: 5, utterance: 0, outcome: 'repaired' },
  { code: 'too-long', dialogue: 6, utterance: 0, outcome: 'gap' },
  { code: 'number-gap', dialogue: 7, outcome: 'kept' },
  { code: 'no-sound', dialogue: 8, utterance: 0, outcome: 'kept' },
  { code: 'lost-mark', dialogue: 9, utterance: 1, outcome: 'repaired' },
  { code: 'no-time', dialogue: 10, utterance: 0, outcome: 'repaired' },
];

/** Seconds that a clip begins too early, and goes on too long; and how long the minutes-long one is. */
const [EARLY, LATE, MINUTES] = [1, 3, 125];

const isPlanted = (code: string, dialogue: number, utterance: number): boolean =>
  PLANTED.some((one) => one.code === code && one.dialogue === dialogue && one.utterance === utterance);

/** The dialogue that leaves number 1 out. */
const GAP = PLANTED.find(({ code }) => code === 'number-gap')?.dialogue;

/** Stories that share no utterance of five words or more, so that each can be on another side of a split. */
function* stories(): Generator<Story> {
  const said = new Set<string>();
  for (let index = 0; ; index++) {
    const story = storyOf(6, index);
    const long = story.turns.map(({ text }) => text).filter((text) => text.split(' ').length >= 5);
    if (story.turns.length < 3 || long.some((text) => said.has(text))) continue;
    for (const text of long) said.add(text);
    yield story;
  }
}

/** A part of the story's film, from and to seconds of it. `still`: one moment of it for so long. */
async function writeClip(
  path: string,
  story: Story,
  timeline: Timeline,
  { from, to, still, silent }: { from: number; to: number; still?: boolean; silent?: boolean },
): Promise<void> {
  const scene = sceneOf(story, timeline, SIZE);
  const fps = still ? 1 : FPS;
  const whole = soundOf(story, timeline);
  const sound = new Float32Array(Math.round((to - from) * RATE));
  sound.set(whole.subarray(Math.round(from * RATE), Math.round(to * RATE)));
  const video = await writeVideo(path, { ...SIZE, ...(silent ? {} : { sound: { rate: RATE, channels: 1 } }) });
  const tick = 90_000 / fps;
  const pictures = Math.round((to - from) * fps);
  for (let i = 0; i < pictures; i++) {
    await video.frame({ picture: scene.picture(still ? from : from + i / fps), pts: (i * tick) as Ticks, duration: tick as Ticks });
    if (!silent)
      await video.sound(
        sound.subarray(Math.round((i / fps) * RATE), i === pictures - 1 ? sound.length : Math.round(((i + 1) / fps) * RATE)),
      );
  }
  await video.close();
}

const SENTIMENT: Readonly<Record<string, string>> = { joy: 'positive', surprise: 'positive', neutral: 'neutral' };

function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)},${String(ms % 1000).padStart(3, '0')}`;
}

/** The words as a broken reader has them: UTF-8 taken for Windows-1252, or a mark lost for good. */
function worded(text: string, dialogue: number, utterance: number): string {
  if (isPlanted('mojibake', dialogue, utterance)) return `${text} That\u00e2\u20ac\u2122s it.`;
  return isPlanted('lost-mark', dialogue, utterance) ? `${text} I?m sure.` : text;
}

if (await exists(join(folder, 'planted.json'))) {
  console.log(`${folder} is there`);
} else {
  const clips = join(folder, 'train_splits');
  await mkdir(clips, { recursive: true });
  const rows: string[] = [];
  const told = stories();
  for (let dialogue = 0; dialogue < Number(count); dialogue++) {
    const story = told.next().value!;
    const timeline = timelineOf(story);
    let shift = 20 + 90 * dialogue; // seconds in the episode
    for (const [turn, { by, text, emotion, start, end }] of timeline.turns.entries()) {
      const number = GAP === dialogue && turn > 0 ? turn + 1 : turn;
      const long = isPlanted('too-long', dialogue, number);
      const early = isPlanted('overlap', dialogue, number) ? EARLY : 0;
      const late = isPlanted('clip-length', dialogue, number) ? LATE : 0;
      const path = join(clips, `dia${dialogue}_utt${number}.mp4`);
      const [from, to] = [start - early, long ? start + MINUTES : Math.min(end + late, timeline.seconds)];
      if (isPlanted('clip-undecodable', dialogue, number)) await writeFile(path, 'This was a clip once.\n');
      else if (!isPlanted('clip-missing', dialogue, number))
        await writeClip(path, story, timeline, { from, to, still: long, silent: isPlanted('no-sound', dialogue, number) });
      const times = [clock(shift + from), clock(shift + (long ? to : end))];
      if (isPlanted('no-time', dialogue, number)) times.reverse();
      const words = worded(text, dialogue, number).replaceAll('"', '""');
      const labels = `${story[by].name},${emotion},${SENTIMENT[emotion] ?? 'negative'}`;
      rows.push(`${rows.length + 1},"${words}",${labels},${dialogue},${number},1,${dialogue + 1},"${times[0]}","${times[1]}"`);
      if (long) shift += MINUTES - (end - start);
    }
    console.log(`dialogue ${dialogue}: ${story.turns.length} utterances, ${timeline.seconds} s`);
  }
  await writeTextFile(join(folder, 'train_sent_emo.csv'), `${[MELD_HEADER, ...rows].join('\n')}\n`);
  await writeTextFile(join(folder, 'planted.json'), `${JSON.stringify(PLANTED, null, 1)}\n`);
}
