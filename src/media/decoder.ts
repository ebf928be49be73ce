/** The process that opens files from outside: a program of its own, started by `converse`. What goes wrong in FFmpeg, goes wrong here. */
import { readSync } from 'node:fs';
import { FameError, MediaError } from '../base/errors.ts';
import type { Library } from './av.ts';
import { quietAv } from './av.ts';
import { describe, GLANCE, type Looked, look, WHOLE } from './decoder-look.ts';
import { openMouth } from './decoder-mouth.ts';
import { changesOf, showPictures } from './decoder-pictures.ts';
import { shelfOf } from './decoder-shelf.ts';
import { hearSound } from './decoder-sound.ts';
import { type Opened, openStreams } from './decoder-streams.ts';
import { within } from './limits.ts';
import { isPlanes } from './planes.ts';
import { type Ending, FDS, type Request } from './protocol.ts';
import { type Known, type Picker, picker } from './sample.ts';

/** Milliseconds between two looks at our memory. FFmpeg works on other threads meanwhile. */
const WATCH = 50;

const mouth = openMouth(FDS.out);
const shelf = shelfOf(FDS.shelf, FDS.in);

try {
  const request = JSON.parse(firstLine(FDS.in)) as Request;
  setInterval(() => watch(request), WATCH);
  mouth.say({ is: 'end', end: await answer(request) });
} catch (error) {
  fail(error);
}
process.exit(0);

function firstLine(descriptor: number): string {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.alloc(1 << 16);
    const got = readSync(descriptor, piece);
    pieces.push(piece.subarray(0, got));
    if (got === 0 || piece[got - 1] === 10) return Buffer.concat(pieces).toString(); // nothing follows the line until we have answered
  }
}

/** Nothing but this bounds what FFmpeg takes in all; `Limits` says what that means. */
function watch({ limits }: Request): void {
  try {
    within(limits, 'memory', process.memoryUsage.rss());
  } catch (error) {
    fail(error);
    process.exit(0);
  }
}

function fail(error: unknown): void {
  const known = error instanceof FameError;
  const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const ours = () => new MediaError('MEDIA_CRASHED', 'The decoding process failed', { got, fix: 'report it' }, { blame: 'us' });
  mouth.say({ is: 'failed', error: known ? error : ours() });
}

async function answer(request: Request): Promise<Ending> {
  const av = await quietAv();
  const looked = request.scan ? await lookInto(av, request) : undefined;
  const known = await knownOf(av, request);
  const endings: Ending[] = [];
  await opening(av, request, async (opened) => {
    const found = describe(opened, looked);
    if (!opened.video && !opened.audio) throw missing('MEDIA_NO_STREAM', 'There is neither video nor sound in the file', found.notes);
    if (request.pictures && !opened.video) throw missing('MEDIA_NO_VIDEO', 'There is no video in the file', found.notes);
    mouth.say({ is: 'found', found });
    endings.push({ notes: found.notes });
    endings.push(request.sound ? await playSound(opened, request) : await playPictures(opened, request, known));
  });
  if (request.sound && request.pictures) endings.push(await opening(av, request, (again) => playPictures(again, request, known)));
  const short = [...new Set(endings.flatMap((ending) => ending.short ?? []))].join('; ');
  return { ...(short === '' ? {} : { short }), notes: endings.flatMap(({ notes }) => notes) };
}

async function playSound(opened: Opened, request: Request): Promise<Ending> {
  if (!opened.audio) return { notes: [] };
  return hearSound(opened, opened.audio, request, { beat: mouth.beat, hear: (heard) => mouth.say({ is: 'heard', heard }) });
}

async function playPictures(opened: Opened, request: Request, known: Known): Promise<Ending> {
  const { video } = opened;
  if (!request.pictures || !video) return { notes: [] };
  const wanted: Picker = picker(request.pictures.sample, video.timeBase, known);
  return showPictures(opened, video, request, wanted, {
    beat: mouth.beat,
    show(image, at) {
      const { width, height } = image;
      const colours = isPlanes(image) ? { colours: image.colours } : {};
      mouth.say({ is: 'shown', shown: { ...at, width, height, ...colours, place: shelf.put(image) } });
    },
  });
}

/** What a sampling must know of the whole video before the first picture is given. */
async function knownOf(av: Library, request: Request): Promise<Known> {
  const sample = request.pictures?.sample;
  const needs = sample && ('count' in sample || 'moments' in sample);
  if (!needs) return {};
  return opening(av, request, async (opened) => {
    if (!opened.video) return {};
    if ('moments' in sample) return { changes: await changesOf(opened, opened.video, request, mouth.beat) };
    return { total: (await look(opened, request, WHOLE, mouth.beat)).pictures };
  });
}

function lookInto(av: Library, request: Request): Promise<Looked> {
  return opening(av, request, (opened) => look(opened, request, GLANCE, mouth.beat));
}

/** Opens the file from its beginning, once more where it was read before. */
async function opening<T>(av: Library, request: Request, work: (opened: Opened) => Promise<T>): Promise<T> {
  const opened = await openStreams(av, request);
  try {
    for (const stream of [opened.video, opened.audio]) within(request.limits, 'duration', stream?.promised ?? 0);
    return await work(opened);
  } finally {
    await opened.close();
  }
}

function missing(code: string, what: string, notes: readonly string[]): MediaError {
  const got = notes.join('; ') || 'no streams at all';
  return new MediaError(code, what, { expected: 'a stream of pictures that can be decoded', got, fix: 'check that it is the right file' });
}
