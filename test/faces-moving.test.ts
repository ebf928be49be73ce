/**
 * Real faces that move: a camera pans and zooms over the photos inside of the npm package, with cuts in between; the film is encoded, decoded
 * again and goes through everything. Where each face has to be is known: the still photo's detections under the camera's movement.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { iou } from '../src/faces/boxes.ts';
import type { Box } from '../src/faces/face.ts';
import { type FaceNetworks, type FacesReport, facesOfVideo, openFaceNetworks, overlayVideo } from '../src/faces/index.ts';
import { decode, probe, readSound } from '../src/media/index.ts';
import { boxAt, demoPhoto, type Shot, writeShots } from './support/moving.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 180_000;

const [WIDE, HIGH, FPS] = [854, 480, 10] as const;
/** Photo, camera from where to where, seconds. The first comes back after two cuts. */
const SCRIPT = [
  { photo: 1, from: { x: 0.42, y: 0.3, width: 0.8 }, to: { x: 0.58, y: 0.36, width: 0.8 }, seconds: 2 },
  { photo: 3, from: { x: 0.5, y: 0.33, width: 0.95 }, to: { x: 0.5, y: 0.33, width: 0.7 }, seconds: 1.6 },
  { photo: 6, from: { x: 0.45, y: 0.33, width: 0.85 }, to: { x: 0.55, y: 0.36, width: 0.85 }, seconds: 1.6 },
  { photo: 1, from: { x: 0.5, y: 0.33, width: 0.95 }, to: { x: 0.5, y: 0.33, width: 0.75 }, seconds: 1.6 },
  { photo: 5, from: { x: 0.45, y: 0.36, width: 0.95 }, to: { x: 0.55, y: 0.33, width: 0.8 }, seconds: 1.6 },
] as const;

/** A face of a photo: the same in every shot of it. */
interface Person {
  readonly name: string;
  readonly box: Box;
}
interface Expected {
  readonly shot: number;
  readonly person: string;
  readonly box: Box;
}

let folder: string;
let networks: FaceNetworks;
let film: string;
let report: FacesReport;
const shots: Shot[] = [];
const people = new Map<number, Person[]>();
const LENGTH = SCRIPT.reduce((sum, s) => sum + s.seconds, 0);
const starts = SCRIPT.map((_, i) => SCRIPT.slice(0, i).reduce((sum, s) => sum + s.seconds, 0));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-moving-'));
  film = join(folder, 'film.mp4');
  networks = await openFaceNetworks();
  const photos = new Map(
    await Promise.all([...new Set(SCRIPT.map((s) => s.photo))].map(async (n) => [n, await demoPhoto(n, 1280)] as const)),
  );
  for (const [n, photo] of photos) {
    const faces = (await networks.detector.detect(photo)).filter(({ score }) => score >= networks.sure);
    people.set(
      n,
      faces.map(({ box }, i) => ({ name: `${n}.${i}`, box })),
    );
  }
  for (const { photo, ...camera } of SCRIPT) shots.push({ photo: photos.get(photo)!, ...camera });
  await writeShots(film, shots, { width: WIDE, height: HIGH, fps: FPS, voice: (t) => 0.2 * Math.sin(2 * Math.PI * 440 * t) });
  report = await facesOfVideo(film, networks);
}, PATIENCE);
afterAll(async () => {
  await networks?.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Who has to be found at t, and where: faces that are wholly in the picture. */
function expectedAt(t: number): Expected[] {
  const shot = starts.findLastIndex((start) => t >= start - 1e-3);
  const share = (t - starts[shot]!) / SCRIPT[shot]!.seconds;
  return people.get(SCRIPT[shot]!.photo)!.flatMap(({ name, box }) => {
    const there = boxAt(shots[shot]!, share, WIDE, HIGH, box);
    const whole = there.x >= 0 && there.y >= 0 && there.x + there.width <= WIDE && there.y + there.height <= HIGH;
    return whole ? [{ shot, person: name, box: there }] : [];
  });
}

const sampled = () => [...new Set(report.tracks.flatMap((track) => track.frames.map((f) => f.t)))].sort((a, b) => a - b);
/** The track whose box lies on this one at t. */
const trackOn = (t: number, { box }: Expected) =>
  report.tracks.find(({ frames }) =>
    frames.some((f) => f.t === t && iou({ x: f.box[0], y: f.box[1], width: f.box[2], height: f.box[3] }, box) >= 0.5),
  )?.id;

describe('a film of real faces', { timeout: PATIENCE }, () => {
  test('every cut is found, and no other', () => {
    expect(report.shots.map((s) => s.from)).toEqual(starts.map((t) => expect.closeTo(t, 3) as number));
  });

  test('at least 95 of 100 faces are found where they have to be, at IoU 0.5', () => {
    const all = sampled().flatMap((t) => expectedAt(t).map((e) => trackOn(t, e) !== undefined));
    const found = all.filter(Boolean).length;
    expect(all.length).toBeGreaterThan(100);
    expect(found / all.length).toBeGreaterThanOrEqual(0.95);
  });

  test('no track changes its person within a shot', () => {
    const owners = new Map<string, Set<number>>();
    for (const t of sampled()) {
      for (const e of expectedAt(t)) {
        const id = trackOn(t, e);
        const key = `shot ${e.shot}, person ${e.person}`;
        if (id !== undefined) owners.set(key, (owners.get(key) ?? new Set()).add(id));
      }
    }
    expect([...owners].filter(([, ids]) => ids.size > 1)).toEqual([]);
  });

  test('after a cut back the same people have their numbers again, and nobody else has them', () => {
    const idsIn = (shot: number) =>
      new Map(
        sampled().flatMap((t) =>
          expectedAt(t).flatMap((e) => {
            const id = e.shot === shot ? trackOn(t, e) : undefined;
            return id === undefined ? [] : [[e.person, id] as const];
          }),
        ),
      );
    const [first, back] = [idsIn(0), idsIn(3)];
    const both = [...first.keys()].filter((person) => back.has(person));
    expect(both.length).toBeGreaterThanOrEqual(2);
    for (const person of both) expect(back.get(person), person).toBe(first.get(person));
    const others = [1, 2, 4].flatMap((shot) => [...idsIn(shot).values()]);
    expect(others.filter((id) => [...first.values(), ...back.values()].includes(id))).toEqual([]);
  });

  test('the report is of this file: size, length, hash, sampling', () => {
    expect(report.video).toEqual({ duration: expect.closeTo(LENGTH, 1) as number, fps: FPS, width: WIDE, height: HIGH });
    expect(report.receipt).toMatchObject({ video: { file: 'film.mp4', fps: 5 }, frames: Math.round(LENGTH * 5) });
    expect((report.receipt.video as { sha256: string }).sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('the overlay has every picture at its time, the sound, and boxes where faces are', async () => {
    const to = join(folder, 'overlay.mp4');
    const frames = await overlayVideo(film, report, to);
    expect(frames).toBe(Math.round(LENGTH * FPS));
    const [before, after] = [await probe(film), await probe(to)];
    expect(after.video).toMatchObject({ width: WIDE, height: HIGH, fps: FPS, frames });
    expect(after.duration).toBeCloseTo(before.duration, 1);
    const [sound, copied] = [await readSound(film), await readSound(to)];
    expect(Math.abs(copied.samples.length - sound.samples.length)).toBeLessThan(1600);
    const loud = (s: Float32Array) => Math.sqrt(s.reduce((sum, v) => sum + v * v, 0) / s.length);
    expect(loud(copied.samples)).toBeCloseTo(loud(sound.samples), 2);
    // What changed, changed around faces: next to nothing in the middle of each of them.
    const [plain, drawn] = [decode(film, { sample: { at: [1, 5] } }), decode(to, { sample: { at: [1, 5] } })];
    for await (const { picture, pts, timeBase } of plain) {
      const other = (await drawn.next()).value;
      if (other === undefined || !('picture' in other)) throw new Error('the overlay is shorter');
      expect((other.pts * other.timeBase.num) / other.timeBase.den).toBeCloseTo((pts * timeBase.num) / timeBase.den, 6);
      let changed = 0;
      for (let i = 0; i < picture.data.length; i += 3) if (Math.abs(picture.data[i]! - other.picture.data[i]!) > 60) changed++;
      expect(changed / (WIDE * HIGH)).toBeGreaterThan(0.005);
      expect(changed / (WIDE * HIGH)).toBeLessThan(0.3);
    }
    await drawn.return({ notes: [] });
  });
});
