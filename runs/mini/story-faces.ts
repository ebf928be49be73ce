/**
 * What the face stage would say of a story that was never filmed: for each of the two people, readings that films of this world got where somebody showed the
 * same expression. So a story's faces are read as well, and as badly, as a film's.
 */
import { join } from 'node:path';
import { writeTextFile } from '../../src/base/atomic.ts';
import { EMOTIONS, type Emotion } from '../../src/base/emotion.ts';
import { readJsonFile } from '../../src/base/file.ts';
import type { Random } from '../../src/base/random.ts';
import type { FacesReport } from '../../src/faces/index.ts';
import { FACES_FPS } from '../../src/faces/index.ts';
import type { Question } from '../../src/fame/index.ts';
import { type Timeline, timelineOf } from '../../src/synth/index.ts';
import type { Story } from '../../src/synth/world.ts';

type Role = 'who' | 'other';
/** Probabilities in the order of `EMOTIONS`. */
type Reading = readonly number[];

/** Gathered from films. */
export interface Readings {
  /** Of each expression: courses of readings, one after the other in time. */
  readonly courses: Readonly<Record<Emotion, readonly (readonly Reading[])[]>>;
  /** How often the mouth said rightly who spoke, wrongly, or nothing. */
  readonly speakers: { readonly right: number; readonly wrong: number; readonly unknown: number };
}

const FILE = 'readings.json';
export const readReadings = async (out: string): Promise<Readings> => (await readJsonFile(join(out, FILE))) as unknown as Readings;
export const saveReadings = (out: string, readings: Readings): Promise<void> =>
  writeTextFile(join(out, FILE), `${JSON.stringify(readings)}\n`);

/** Seconds after which a face that changes has changed, counted from where the change may begin (`moved` in src/synth/scene.ts). */
const CHANGED = 0.7;

/** The expression of one of the two at a moment; undefined while it changes. */
function shown(story: Story, { turns, onset }: Timeline, role: Role, t: number): Emotion | undefined {
  const [emotion, from] = role === 'who' ? [story.emotion, onset] : [story.look, turns.at(-2)?.start ?? 0];
  if (emotion === 'neutral' || t < from) return 'neutral';
  return t < from + CHANGED ? undefined : emotion;
}

/** Adds what a film's faces were read as. Who is who is told by the side on which they stand. */
export function gather(
  into: { courses: Record<Emotion, Reading[][]>; speakers: Record<string, number> },
  story: Story,
  report: FacesReport,
): void {
  const timeline = timelineOf(story);
  const roleOf = ({ frames }: FacesReport['tracks'][number]): Role => {
    const [x, , width] = frames[0]!.box;
    return Math.sign(x + width / 2 - report.video.width / 2) === story.stage.side ? 'who' : 'other';
  };
  const roles = new Map(report.tracks.map((track) => [track.id as number | string, roleOf(track)]));
  for (const track of report.tracks) {
    let course: { emotion: Emotion; readings: Reading[] } | undefined;
    for (const { t, emotions } of track.frames) {
      const emotion = shown(story, timeline, roleOf(track), t);
      if (emotion === undefined) continue;
      if (course?.emotion !== emotion) {
        course = { emotion, readings: [] };
        into.courses[emotion].push(course.readings);
      }
      course.readings.push(EMOTIONS.map((name) => emotions[name]));
    }
  }
  for (const [i, { track }] of (report.utterances ?? []).entries()) {
    const role = roles.get(track);
    into.speakers[role === undefined ? 'unknown' : role === timeline.turns[i]?.by ? 'right' : 'wrong']!++;
  }
}

/** A report as `facesOfVideo` would give it of the story's film. */
export function facesOf(story: Story, readings: Readings, chance: Random): FacesReport {
  const timeline = timelineOf(story);
  const ids: Readonly<Record<Role, number>> = chance.below(2) === 0 ? { who: 1, other: 2 } : { who: 2, other: 1 };
  const people = (['who', 'other'] as const).map((role) => ({
    id: ids[role],
    shows: (t: number) => shown(story, timeline, role, t),
    after: role === 'who' ? story.emotion : story.look,
  }));
  const turns = timeline.turns.map(({ by, start, end }) => ({ by: ids[by], start, end }));
  return reportOf({ seconds: timeline.seconds, people, turns }, readings, chance);
}

/** Most faces of a conversation that nobody drew, and the chance that somebody else shows something, too. */
const [MOST, MOVED] = [4, 0.3];

/**
 * The same of a conversation of which only words and labels are known, its turns with times: who speaks the target shows its emotion from that turn on, and of the others in view some
 * show something while they speak. As in television, not everybody who speaks is in view.
 */
export function facesOfTalk({ turns, target, emotion }: Question, readings: Readings, chance: Random): FacesReport {
  const speaker = turns[target]!.speaker;
  const names = [
    ...new Set([
      speaker,
      ...turns
        .slice(0, target)
        .reverse()
        .map((turn) => turn.speaker),
    ]),
  ].slice(0, 1 + chance.below(MOST));
  const ids = chance.shuffled(names.map((_, i) => i + 1));
  const people = names.map((name, i) => {
    const last = turns.slice(0, target + 1).findLast((turn) => turn.speaker === name)!;
    const after = name === speaker ? emotion : chance.next() < MOVED ? EMOTIONS[chance.below(EMOTIONS.length)]! : 'neutral';
    const shows = (t: number): Emotion | undefined => (t < last.start! ? 'neutral' : t < last.start! + CHANGED ? undefined : after);
    return { id: ids[i]!, shows, after };
  });
  const idOf = (name: string | undefined) => people[names.indexOf(name)]?.id;
  const said = turns.slice(0, target + 1).map((turn) => ({ by: idOf(turn.speaker), start: turn.start!, end: turn.end! }));
  return reportOf({ seconds: turns[target]!.end!, people, turns: said }, readings, chance);
}

/** What is seen of people, and who of them speaks when; nobody where the speaker is not in view. */
interface Scene {
  readonly seconds: number;
  readonly people: readonly {
    readonly id: number;
    /** Undefined while it changes. */
    readonly shows: (t: number) => Emotion | undefined;
    readonly after: Emotion;
  }[];
  readonly turns: readonly { readonly by: number | undefined; readonly start: number; readonly end: number }[];
}

function reportOf({ seconds, people, turns }: Scene, { courses, speakers }: Readings, chance: Random): FacesReport {
  const tracks = people.map(({ id, shows, after }) => {
    const drawn = new Map<Emotion, { readonly course: readonly Reading[]; at: number }>();
    const readingOf = (emotion: Emotion): Reading => {
      let from = drawn.get(emotion);
      if (from === undefined || from.at >= from.course.length) {
        from = { course: courses[emotion][chance.below(courses[emotion].length)]!, at: 0 };
        drawn.set(emotion, from);
      }
      return from.course[from.at++]!;
    };
    const frames = Array.from({ length: Math.max(1, Math.floor(seconds * FACES_FPS)) }, (_, i) => {
      const t = i / FACES_FPS;
      const now = shows(t);
      // A face that changes is read as neither or both.
      const reading = now === undefined ? readingOf('neutral').map((p, e) => (p + readingOf(after)[e]!) / 2) : readingOf(now);
      const emotions = Object.fromEntries(EMOTIONS.map((name, e) => [name, reading[e]!])) as Record<Emotion, number>;
      return { t, box: [0, 0, 1, 1] as const, score: 1, emotions, smoothed: emotions };
    });
    const { emotions } = frames[0]!;
    return { id, from: 0, to: seconds, frames, dominant: 'unclear' as const, dominantScore: 0, emotions, seen: seconds, peaks: [] };
  });
  const all = speakers.right + speakers.wrong + speakers.unknown;
  const utterances = turns.map(({ by, start, end }) => {
    const known = by !== undefined && chance.next() * all < speakers.right; // a wrong one was never met
    return { start, end, track: known ? by : ('unknown' as const), confidence: 1, of: 'nobody' as const, faces: [] };
  });
  return {
    ...{ video: { duration: seconds, fps: 12, width: 320, height: 240 }, tracks, utterances },
    ...{ contagion: [], shots: [], notes: [], receipt: { made: 'from readings of other films' } },
  };
}
