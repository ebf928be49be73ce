/** Moments of the made world as pictures, each with what can be told from that picture alone: what FAME-mini's eyes learn from. */
import { EMOTIONS } from '../../src/base/emotion.ts';
import { random } from '../../src/base/random.ts';
import type { Glimpse, Questions } from '../../src/fame/index.ts';
import { fitPicture, type PictureSettings } from '../../src/media/clip.ts';
import { PICTURE_SITUATIONS, type PictureSituationName } from '../../src/synth/happenings.ts';
import { sceneOf, type Timeline, timelineOf } from '../../src/synth/index.ts';
import { PLACES } from '../../src/synth/places.ts';
import { hashed, KINDS, type Kind, type Part, partOf, type Story, storyOf } from '../../src/synth/world.ts';

type Side = -1 | 1;

/** What happens, and with what: `drop cup`, `weather rain`. */
const HAPPENINGS = Object.entries(PICTURE_SITUATIONS).flatMap(([situation, { props }]) =>
  Object.keys(props).map((prop) => `${situation} ${prop}`),
);
const HUNG = ['picture', 'clock', 'mirror', 'nothing'];
const STANDING = ['lamp', 'radio', 'kettle'];

export const QUESTIONS: Questions = {
  happening: ['nothing', ...HAPPENINGS],
  place: PLACES.map(({ name }) => name),
  ...{ hungLeft: HUNG, hungRight: HUNG, standsLeft: STANDING, standsRight: STANDING, faceLeft: EMOTIONS, faceRight: EMOTIONS },
};

/** Seconds after its onset in which a happening can be seen for what it is, for those that come, go or begin slowly. */
const SEEN: Readonly<Record<PictureSituationName, (since: number) => boolean>> = {
  drop: (t) => t > 0.4,
  run: (t) => Math.abs((t % 2.2) - 1.1) < 0.7, // it leaves the picture at both ends of its lap
  bring: (t) => t > 0.4,
  fall: (t) => t > 0.45,
  weather: (t) => t > 0,
  descend: (t) => t > 0.5,
  smoke: (t) => t > 0.5,
  leave: (t) => t > 0.2 && t < 1.9, // then it has left
};

/** A face that is neither at rest nor moved yet is read in no way. */
const MOVING = { who: [0.2, 0.65], other: [0, 0.4] } as const;

/** Of ten stories six are of the kind whose cause is seen. In the others people are moved as well, so that a moved face does not say that something happens. */
const DRAWN: readonly Kind[] = [...Array<Kind>(6).fill('picture'), ...Array<Kind>(3).fill('face'), 'word'];

/** Of so many stories one is drawn; no number of a world comes near. */
const STORIES = 1_000_000;

/** Moment `i` of a part of the world with this seed: it depends on nothing else. */
export function momentOf(seed: number, part: Part, i: number, settings: PictureSettings): Glimpse {
  const chance = random(hashed(`moments/${seed}/${part}/${i}`));
  const kind = DRAWN[chance.below(DRAWN.length)];
  let index: number;
  do index = chance.below(STORIES);
  while (partOf(index) !== part || KINDS[index % KINDS.length] !== kind);
  const story = storyOf(seed, index, { split: true });
  const timeline = timelineOf(story);
  // Four of five after the onset: there the pictures differ most.
  const t =
    chance.below(5) > 0
      ? timeline.onset + chance.next() * Math.min(4.5, timeline.seconds - timeline.onset)
      : chance.next() * timeline.onset;
  const { picture } = sceneOf(story, timeline, { width: 320, height: 240 });
  return { picture: fitPicture(picture(t), settings), answers: answersOf(story, timeline, t) };
}

/** What the picture at second `t` shows, as numbers of the answers in `QUESTIONS`; what nobody could tell is left out. */
export function answersOf(story: Story, timeline: Timeline, t: number): Record<string, number> {
  const { stage, happening, place } = story;
  const since = t - timeline.onset;
  const other = -stage.side as Side;
  const fallen = happening?.situation === 'fall' && since > 0;
  const said: Record<string, string | undefined> = {
    happening: seen(happening, since),
    place: place.name,
    ...sides('hung', (side) => (fallen && side === other ? 'nothing' : stage.hung[side])),
    ...sides('stands', (side) => stage.stands[side]),
    ...sides('face', (side) => faceOf(story, timeline, side === stage.side ? 'who' : 'other', t)),
  };
  return Object.fromEntries(
    Object.entries(said).flatMap(([question, answer]) => (answer === undefined ? [] : [[question, QUESTIONS[question]!.indexOf(answer)]])),
  );
}

const sides = <T>(name: string, of: (side: Side) => T): Record<string, T> => ({ [`${name}Left`]: of(-1), [`${name}Right`]: of(1) });

function seen(happening: Story['happening'], since: number): string | undefined {
  if (!happening || since < 0) return 'nothing';
  return SEEN[happening.situation](since) ? `${happening.situation} ${happening.prop}` : undefined;
}

function faceOf(story: Story, { turns, onset }: Timeline, one: 'who' | 'other', t: number): string | undefined {
  const emotion = one === 'who' ? story.emotion : story.look;
  const since = t - (one === 'who' ? onset : (turns.at(-2)?.start ?? 0));
  const [from, to] = MOVING[one];
  if (emotion === 'neutral' || since < from) return 'neutral';
  return since > to ? emotion : undefined;
}
