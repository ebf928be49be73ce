import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FacesReport } from '../../src/faces/index.ts';
import { probe } from '../../src/media/index.ts';
import { famenet } from '../support/main.ts';
import { demoPhoto, writeShots } from '../support/moving.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 180_000;

let folder: string;
let film: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-faces-'));
  film = join(folder, 'clips', 'film.mp4');
  await mkdir(join(folder, 'clips'));
  await mkdir(join(folder, 'talk'));
  await mkdir(join(folder, 'empty'));
  const view = { x: 0.5, y: 0.33, width: 0.95 };
  const shot = { photo: await demoPhoto(6, 960), from: view, to: { ...view, width: 0.85 }, seconds: 1.6 };
  await writeShots(film, [shot], { width: 640, height: 360, fps: 10, voice: (t) => 0.2 * Math.sin(2 * Math.PI * 440 * t) });
  await writeFile(join(folder, 'talk', 'film.srt'), '1\n00:00:00,200 --> 00:00:01,400\nRoss: We were on a break!\n');
  await writeFile(join(folder, 'nothing.srt'), '\n');
}, PATIENCE);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('famenet faces --help', async () => {
  expect(await famenet(['faces', '--help'])).toEqual({
    code: 0,
    stderr: '',
    killed: [],
    stdout: `famenet faces: Follow the faces of a video and say how viewers would read their expressions

Usage
  famenet faces <videos>… [options]

Arguments
  <videos>  a video; with --out several, or folders of them

Options
  --fps <number>                  pictures a second that are looked at; 10 find more speakers (0.1
                                  to 120; default 5)
  --dialogue <path>               who says what when: JSON, .srt or .vtt; for several videos a
                                  folder with files of their names
  --overlay <path>                write the video again with boxes, bars and who speaks
  --out <path>                    folder for NAME.faces.json of each video; what is there and still
                                  right is kept
  --force                         with --out: analyse again what is there
  --landmarks                     keep the 68 points of each face in the JSON
  --detector <ssd8|ssd|tiny|s3fd>
                                  ssd8 is ssd in whole numbers, in a third of the time; tiny sees
                                  only large faces; s3fd needs --detector-weights (default ssd8, on
                                  a graphics card ssd)
  --detector-weights <path>       weights that npm does not bring, as .safetensors
  --score <number>                a detection with this score is a face; less is enough to follow
                                  one (0 to 1; default 0.5)
  --recogniser <expression|ddamfn>
                                  ddamfn needs --recogniser-weights (default expression)
  --recogniser-weights <path>     weights that npm does not bring, as .safetensors
  --provider <cpu|cuda|webgpu>    where the networks run (default cpu; or FAMENET_PROVIDER)
  --threads <integer>             threads inside one operator, of two networks at once; half of the
                                  machine's cores where absent (1 to 256)
  --json                          one JSON document on stdout, everything else on stderr
  -h, --help                      this page

Examples
  famenet faces scene.mp4
  famenet faces scene.mp4 --dialogue scene.srt --fps 10 --overlay seen.mp4
  famenet faces scene.mp4 --json > scene.json
  famenet faces clips/ --dialogue subtitles/ --out reports
`,
  });
});

/** What was typed (in the folder of this test), and how the error ends. */
const REFUSALS: readonly (readonly [words: string[], error: RegExp])[] = [
  [[], /^UsageError: <videos> is missing \[USAGE_MISSING\]/],
  [
    ['clips'],
    /^UsageError: This does not go together: several videos need a place for their reports \[USAGE_SEVERAL\]\n {2}expected --out FOLDER\n {2}got {6}none\n/,
  ],
  [['clips', '--out', 'x', '--dialogue', 'nothing.srt'], /a dialogue goes with one video \[USAGE_SEVERAL\]/],
  [['clips/film.mp4', '--out', 'x', '--overlay', 'y.mp4'], /--overlay goes with one video, --out with several \[USAGE_SEVERAL\]/],
  [['clips/film.mp4', '--dialogue', 'talk'], /a folder of dialogues goes with --out \[USAGE_SEVERAL\]/],
  [['clips/film.mp4', 'clips/film.mp4', '--out', 'x'], /two videos have the same name \[USAGE_SEVERAL\]/],
  [['empty', '--out', 'x'], /empty has no videos in it \[USAGE_PATH\]/],
  [['clips/film.mp4', '--overlay', 'clips/film.mp4'], /--overlay would overwrite a file of this very command \[USAGE_VALUE\]/],
  [['clips/film.mp4', '--dialogue', 'nothing.srt'], /The dialogue has no utterances \[DIALOGUE_EMPTY\]/],
  [['clips/film.mp4', '--detector', 's3fd'], /\[FACES_WEIGHTS\][\s\S]*famenet models pull/],
  [['nothing.srt'], /\[MEDIA_FORMAT\]/],
  [['clips/film.mp4', '--detector', 'sdd'], /did you mean ssd\?/],
];
test.each(REFUSALS)('faces %j is refused', async (words, error) => {
  const inFolder = words.map((word) => (/^(--|x$|s)/.test(word) ? word : join(folder, word)));
  const { code, stdout, stderr } = await famenet(['faces', ...inFolder]);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(error) });
});

describe('one video', { timeout: PATIENCE }, () => {
  test('tables for people, and a video with what was seen', async () => {
    const overlay = join(folder, 'seen.mp4');
    const { code, stdout, stderr } = await famenet(['faces', film, '--dialogue', join(folder, 'talk', 'film.srt'), '--overlay', overlay]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^1\.6 s, 640 × 360, 10 pictures a second: 8 looked at, 1 shot, [34] faces\.\n\nface {2}from /);
    expect(stdout).toMatch(/\nface {2}from {3}to {2}seen \(s\) {2}viewers would read {2}/);
    expect(stdout).toMatch(/\nstart {2}end {2}speaker {2}face .*\n {2}0\.2 {2}1\.4 {2}Ross {5}(unknown: |\d).*We were on a break!\n/);
    expect(stdout).toMatch(/how viewers would read an expression, not what a person feels/);
    expect(stdout).toMatch(
      /\nMade with ssd8 [0-9a-f]{8}, expression [0-9a-f]{8}, landmarks [0-9a-f]{8}, descriptors [0-9a-f]{8}; 5 pictures a second\.\n$/,
    );
    expect(stderr).toMatch(/Faces 100 % {2}8 of 8 frames[\s\S]*Overlay 100 % {2}16 of 16 frames[\s\S]*Wrote .*seen\.mp4\n/);
    expect((await probe(overlay)).video).toMatchObject({ width: 640, height: 360, frames: 16 });
  });

  test('--json: one document of the promised shape', async () => {
    const { code, stdout } = await famenet(['faces', film, '--fps', '2.5', '--landmarks', '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as FacesReport;
    expect(report.video).toEqual({ duration: expect.closeTo(1.6, 1) as number, fps: 10, width: 640, height: 360 });
    expect(report.tracks.length).toBeGreaterThanOrEqual(3);
    for (const track of report.tracks) {
      expect(Object.keys(track)).toEqual(['id', 'from', 'to', 'frames', 'dominant', 'dominantScore', 'emotions', 'seen', 'peaks']);
      for (const { t, box, score, emotions, landmarks } of track.frames) {
        expect([t >= 0 && t < 1.6, box.length, score > 0.2 && score <= 1, landmarks!.length]).toEqual([true, 4, true, 68]);
        expect(Object.values(emotions).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 2);
      }
    }
    expect(report.receipt).toMatchObject({
      video: { file: 'film.mp4', fps: 2.5, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      detector: { name: 'ssd8', sha256: expect.any(String) as string },
      recogniser: { name: 'expression' },
      frames: 4,
    });
  });
});

describe('--out', { timeout: PATIENCE }, () => {
  const out = () => join(folder, 'reports');
  const run = (...more: string[]) =>
    famenet(['faces', join(folder, 'clips'), '--fps', '1.25', '--dialogue', join(folder, 'talk'), '--out', out(), ...more]);
  const written = async () => (await stat(join(out(), 'film.faces.json'))).mtimeMs;

  test('a report a video; again, and it is kept; other settings or --force, and it is made anew', async () => {
    expect((await run()).stdout).toMatch(/^video +seconds +faces +report\n.*film\.mp4 +1\.6 +[34] +.*film\.faces\.json\n$/);
    const report = JSON.parse(await readFile(join(out(), 'film.faces.json'), 'utf8')) as FacesReport;
    expect(report.utterances).toMatchObject([{ speaker: 'Ross', text: 'We were on a break!', start: 0.2 }]);
    const first = await written();
    expect((await run()).stdout).toMatch(/film\.faces\.json \(kept\)\n$/);
    expect(await written()).toBe(first);
    await run('--landmarks');
    expect(await written()).toBeGreaterThan(first);
    const second = await written();
    await run('--landmarks', '--force');
    expect(await written()).toBeGreaterThan(second);
    expect(await readdir(out())).toEqual(['film.faces.json']); // nothing temporary is left
  });

  test('a video that cannot be read does not stop the others, but the exit code says so; a damaged report is made anew', async () => {
    await writeFile(join(folder, 'clips', 'broken.mp4'), 'not a film');
    await writeFile(join(out(), 'film.faces.json'), '{"receipt": ');
    const { code, stdout, stderr } = await run('--landmarks', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      videos: [
        { video: expect.stringContaining('broken.mp4') as string, error: expect.objectContaining({ code: 'MEDIA_FORMAT' }) as object },
        {
          video: expect.stringContaining('film.mp4') as string,
          report: expect.stringContaining('film.faces.json') as string,
          built: true,
          duration: 1.6,
          faces: expect.any(Number) as number,
          utterances: 1,
        },
      ],
    });
    expect(stderr).toMatch(
      /ModelError: 1 of 2 videos could not be analysed \[FACES_FAILED\]\n {2}at {7}.*broken\.mp4\n {2}got {6}MEDIA_FORMAT\n/,
    );
  });
});
