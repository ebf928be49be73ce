import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import type { Frame, Sound, Ticks } from '../media/frame.ts';
import { type Picture, picture } from '../media/picture.ts';
import { EMOTIONS } from './emotion.ts';
import type { Box, Point } from './face.ts';
import { analyseFaces } from './pipeline.ts';
import { analyseTargets, branches, lastOf, type TargetsOptions } from './targets.ts';

const [WIDE, HIGH, FPS, RATE] = [64, 36, 5, 1000] as const;

/** One picture of a film: the place (its pixels), and which of four people are in it, where they stand, and what their faces and mouths do. */
interface Moment {
  readonly place: number;
  readonly people: readonly { readonly who: number; readonly x: number; readonly emotion: number; readonly mouth: number }[];
}

const moment = fc.record({
  place: fc.integer({ min: 0, max: 2 }),
  people: fc.uniqueArray(fc.record({ who: fc.nat(3), x: fc.nat(12), emotion: fc.nat(EMOTIONS.length - 1), mouth: fc.nat(9) }), {
    maxLength: 3,
    selector: ({ who }) => who,
  }),
});
const film = fc.array(moment, { minLength: 6, maxLength: 12 });
const times = (count: number) => fc.array(fc.integer({ min: 1, max: 4 }), { minLength: count, maxLength: count });

const photos = [0, 1, 2].map((place) => {
  const chance = random(place);
  return Uint8Array.from({ length: WIDE * HIGH * 3 }, () => chance.below(256));
});
const BOX = { width: 10, height: 12 } as const;

/** Frames that stay for so many ticks of 1/10 s, networks that know what is in them and count how often they look, and a sound. */
function made(moments: readonly Moment[], ticks: readonly number[], seed: number) {
  const contents = new Map<Picture, Moment>();
  let pts = 0;
  const frames = moments.map((content, index): Frame => {
    const shown = picture(WIDE, HIGH, photos[content.place]!.slice());
    contents.set(shown, content);
    const duration = ticks[index % ticks.length]!;
    pts += duration;
    return { picture: shown, index, pts: (pts - duration) as Ticks, duration: duration as Ticks, timeBase: { num: 1, den: 10 } };
  });
  const looks = { detect: 0, recognise: 0, landmarks: 0, describe: 0 };
  const personAt = (p: Picture, box: Box) =>
    contents.get(p)!.people.find(({ who, x }) => boxOf(who, x).x === box.x && boxOf(who, x).y === box.y)!;
  const networks = {
    detector: {
      name: 'made',
      receipt: {},
      detect: async (p: Picture) => {
        looks.detect++;
        return contents.get(p)!.people.map(({ who, x }) => ({ box: boxOf(who, x), score: 0.7 + 0.1 * (who % 3) }));
      },
      dispose: async () => {},
    },
    recogniser: {
      name: 'made',
      receipt: {},
      recognise: async (p: Picture, faces: readonly { readonly box: Box }[]) => {
        looks.recognise++;
        return faces.map(({ box }) => Float32Array.from(EMOTIONS, (_, i) => (i === personAt(p, box).emotion ? 0.7 : 0.05)));
      },
      dispose: async () => {},
    },
    landmarks: async (p: Picture, boxes: readonly Box[]) => {
      looks.landmarks++;
      return boxes.map((box) =>
        Array.from({ length: 68 }, (_, i): Point => ({ x: box.x + (i % 9), y: box.y + (i > 64 ? personAt(p, box).mouth : i % 7) })),
      );
    },
    describe: async (p: Picture, boxes: readonly Box[]) => {
      looks.describe++;
      return boxes.map((box) => Float32Array.of(personAt(p, box).who, 0));
    },
  };
  const chance = random(seed);
  const sound: Sound = {
    samples: Float32Array.from({ length: (pts * RATE) / 10 }, (_, i) => (chance.next() - 0.5) * (i % 700 < 350 ? 1 : 0.01)),
    rate: RATE,
    start: 0,
  };
  return { frames, networks, sound, looks, length: pts / 10 };
}
const boxOf = (who: number, x: number): Box => ({ x: 2 + x, y: 1 + 5 * who, ...BOX });

async function* given(frames: readonly Frame[]) {
  yield* frames;
}

/** As `decode` with `sample: { fps }` chooses: the picture on show at each moment, each once. */
function sampled(frames: readonly Frame[], fps: number): Frame[] {
  let k = 0;
  return frames.filter(({ pts, duration }) => {
    const end = (pts + duration - frames[0]!.pts - 0.5) / 10;
    if (k / fps >= end) return false;
    k = Math.max(k + 1, Math.ceil(end * fps));
    return true;
  });
}

/** Two turns before `until`. */
const spoken = (until: number) => [
  { start: 0, end: until / 2, speaker: 'Anna', text: 'Well.' },
  { start: until / 2, end: until, speaker: 'Ben', text: 'Oh?' },
];

describe('what comes after a moment', () => {
  property.prop([film, film, film, times(7), fc.integer({ min: 2, max: 9 }), fc.boolean()], { numRuns: 12 })(
    'changes nothing in the report, whatever it is',
    async (head, one, other, ticks, fps, more) => {
      const until = made(head, ticks, 1).length;
      const reports = [one, other].map(async (tail) => {
        const whole = made([...head, ...tail], ticks, 1);
        const loud = made(tail, ticks, tail.length).sound;
        whole.sound.samples.set(loud.samples.subarray(0, whole.sound.samples.length - until * RATE), until * RATE);
        const { frames, networks, sound, length } = whole;
        const options: TargetsOptions = {
          ...networks,
          fps,
          sound,
          video: { duration: length, fps: 1 / length, width: WIDE, height: HIGH },
        };
        const targets = [
          { until, utterances: spoken(until) },
          ...(more ? [{ until: until + 0.7, utterances: spoken(until + 0.7) }, {}] : []),
        ];
        return (await analyseTargets(given(sampled(frames, fps)), targets, options))[0]!.report;
      });
      expect(await reports[1]).toEqual(await reports[0]);
      expect((await reports[0])!.video.duration).toBeCloseTo(until, 3);
    },
  );

  property.prop([film, times(5), fc.integer({ min: 1, max: 20 })], { numRuns: 12 })(
    'a report among others is that of its own, and of a film that ends there',
    async (moments, ticks, share) => {
      const { frames, networks, sound, length } = made(moments, ticks, 3);
      const until = Math.max(0.1, Math.round((length * share) / 2) / 10);
      const target = { until, utterances: spoken(until) };
      const all = await analyseTargets(given(frames), [{}, target, { until: length / 2 }], { ...networks, sound });
      const [alone] = await analyseTargets(given(frames), [target], { ...networks, sound });
      expect(all[1]).toEqual(alone);
      const shown = frames.filter(({ pts }) => pts / 10 < until);
      const kept = shown.map((f) => ({ ...f, duration: Math.min(f.duration, Math.ceil(until * 10) - f.pts) as Ticks }));
      const ended = await analyseFaces(given(kept), {
        ...networks,
        sound: { ...sound, samples: sound.samples.slice(0, Math.floor(until * RATE)) },
        utterances: target.utterances,
      });
      expect(alone!.report).toEqual(ended);
      expect(all[0]!.report).toEqual(await analyseFaces(given(frames), { ...networks, sound }));
    },
  );

  test('a picture is on show at a moment of the sampling only if no other comes before: at the edge nobody knows yet', async () => {
    const quiet = (index: number, pts: number, duration: number): Frame => ({
      picture: picture(WIDE, HIGH, photos[0]!),
      ...{ index, pts: pts as Ticks, duration: duration as Ticks, timeBase: { num: 1, den: 10 } },
    });
    const detect = async () => [{ box: boxOf(0, 0), score: 0.9 }];
    const { networks } = made([], [1], 0);
    const recognise = async () => [Float32Array.from(EMOTIONS, () => 1 / EMOTIONS.length)];
    const options = {
      detector: { ...networks.detector, detect },
      recogniser: { ...networks.recogniser, recognise },
      fps: FPS,
    };
    // the picture of 0.9 s is seen at the moment 1.0 s: that is after the end
    const [cut] = await analyseTargets(given([quiet(0, 0, 9), quiet(1, 9, 4)]), [{ until: 1 }], options);
    expect(cut!.report.receipt.frames).toBe(1);
    const [whole] = await analyseTargets(given([quiet(0, 0, 9), quiet(1, 9, 4)]), [{ until: 1.05 }], options);
    expect(whole!.report.receipt.frames).toBe(2);
    expect([cut!.ended, whole!.ended]).toEqual([false, true]);
  });
});

describe('one look for all', () => {
  test('networks see each picture once, however many targets there are', async () => {
    const moments: Moment[] = Array.from({ length: 20 }, (_, i) => ({
      place: 0,
      people: [{ who: 1, x: i % 5, emotion: 2, mouth: i % 4 }],
    }));
    const alone = made(moments, [2], 4);
    await analyseTargets(given(alone.frames), [{}], alone.networks);
    const many = made(moments, [2], 4);
    await analyseTargets(given(many.frames), [{ until: 1 }, { until: 2.5 }, { until: 3 }, {}], many.networks);
    expect(many.looks).toEqual(alone.looks);
    expect(alone.looks.detect).toBe(20);
  });

  property.prop([film, times(5), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 0, maxLength: 3 })], { numRuns: 12 })(
    'a picture that was given back may be overwritten: no report looks at it any more',
    async (moments, ticks, ends) => {
      const targets = [{}, ...ends.map((end) => ({ until: end / 10 }))];
      const { frames, networks } = made(moments, ticks, 5);
      const before = await analyseTargets(given(frames), targets, networks);
      const back: Picture[] = [];
      const giveBack = (p: Picture) => {
        back.push(p);
        p.data.fill(back.length);
      };
      const pixels = new Map(frames.map(({ picture: p }) => [p, p.data.slice()]));
      /** Looks at the pixels when it answers. */
      const late =
        <A extends unknown[], R>(ask: (p: Picture, ...about: A) => Promise<R>) =>
        async (p: Picture, ...about: A) => {
          const answer = await ask(p, ...about);
          if (!Buffer.from(p.data).equals(pixels.get(p)!)) throw new Error('a picture was overwritten while somebody looked at it');
          return answer;
        };
      const looking = {
        detector: { ...networks.detector, detect: late(networks.detector.detect) },
        recogniser: { ...networks.recogniser, recognise: late(networks.recogniser.recognise) },
        landmarks: late(networks.landmarks),
        describe: late(networks.describe),
      };
      expect(await analyseTargets(given(frames), targets, { ...looking, giveBack })).toEqual(before);
      expect(back.map((p) => frames.findIndex((f) => f.picture === p))).toEqual([...frames.keys()]);
    },
  );

  property.prop([fc.integer({ min: 1, max: 4 }), fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 60 })])(
    'it goes back once, in order, and as soon as all that still look have had it',
    (count, events) => {
      const pictures = Array.from({ length: 60 }, () => picture(1, 1, new Uint8Array(3)));
      const back: Picture[] = [];
      const last = lastOf(count, (p) => void back.push(p));
      const had = Array<number>(count).fill(0);
      let most = 0;
      for (const [number, ends] of events) {
        const who = number % count;
        if (had[who] === Number.POSITIVE_INFINITY) continue;
        if (ends) {
          had[who] = Number.POSITIVE_INFINITY;
          last.ended(who);
        } else {
          last.had(who, pictures[had[who]!]!);
          most = Math.max(most, ++had[who]!);
        }
        expect(back.map((p) => pictures.indexOf(p))).toEqual([...pictures.keys()].slice(0, Math.min(most, ...had)));
      }
    },
  );

  test('what a network throws comes out', async () => {
    const { frames, networks } = made([{ place: 0, people: [] }], [1], 0);
    const detector = { ...networks.detector, detect: async () => Promise.reject(new Error('broken')) };
    await expect(analyseTargets(given(frames), [{}, { until: 1 }], { ...networks, detector })).rejects.toThrow('broken');
  });
});

test('branches: the same items on every way, each read once, and only when somebody asks', async () => {
  let read = 0;
  const source = (async function* () {
    for (let i = 0; i < 4; i++) {
      read++;
      yield i;
    }
  })();
  const [slow, fast, short] = branches(source, 3) as [AsyncGenerator<number>, AsyncGenerator<number>, AsyncGenerator<number>];
  const all: number[] = [];
  for await (const item of fast) all.push(item);
  expect((await short.next()).value).toBe(0);
  await short.return(undefined);
  const again: number[] = [];
  for await (const item of slow) again.push(item);
  expect([all, again, read]).toEqual([[0, 1, 2, 3], [0, 1, 2, 3], 4]);
});
