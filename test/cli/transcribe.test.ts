import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { famenet } from '../support/main.ts';

const GIVEN = '1\n00:00:00,000 --> 00:00:02,000\nJoey: they would call back\n\n2\n00:00:03,000 --> 00:00:05,000\nPhoebe: Who , me?\n';
const WORDS = ['They', 'would', 'call', 'you', 'back.'].map((word, i) => ({ word, start: 0.25 + 0.3 * i, end: 0.5 + 0.3 * i, score: 0.9 }));
const HEARD = JSON.stringify({
  segments: [
    { start: 0.25, end: 1.7, text: 'They would call you back.', words: WORDS },
    { start: 3, end: 5, text: 'Who, me?' },
  ],
});

let folder: string;
let at: (name: string) => string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-transcribe-'));
  at = (name) => join(folder, name);
  await writeFile(at('scene.wav'), ''); // never opened: the words come from a file
  await writeFile(at('scene.srt'), GIVEN);
  await writeFile(at('heard.json'), HEARD);
});
afterAll(() => rm(folder, { recursive: true }));

const transcribe = (...words: string[]) => famenet(['transcribe', at('scene.wav'), ...words]);

test('what was heard, as rows and as subtitles', async () => {
  const rows = await transcribe('--heard', at('heard.json'));
  expect(rows.code).toBe(0);
  expect(rows.stdout).toBe('at    text\n0:00  They would call you back.\n0:03  Who, me?\n');
  expect(rows.stderr).toMatch(/^Made with WhisperX JSON: heard\.json [0-9a-f]{8}\.\n$/);
  const vtt = await transcribe('--heard', at('heard.json'), '--vtt');
  expect(vtt.stdout).toBe(
    'WEBVTT\n\n00:00:00.250 --> 00:00:01.700\nThey would call you back.\n\n00:00:03.000 --> 00:00:05.000\nWho, me?\n',
  );
});

test('a transcript is corrected by what was heard, change by change', async () => {
  const words = ['--dialogue', at('scene.srt')];
  const first = await transcribe(...words, '--heard', at('heard.json'), '--review', at('changes.json'));
  expect(first.code).toBe(0);
  expect(first.stdout).toContain('2 turns, 6 words; heard otherwise 0, not heard 0, heard besides 1.\n4 changes are proposed:\n');
  const review = JSON.parse(await readFile(at('changes.json'), 'utf8')) as { changes: { kind: string; accept: boolean | null }[] };
  expect(review.changes.map(({ kind }) => kind)).toEqual(['case', 'missing', 'punctuation', 'spacing']);
  for (const change of review.changes) change.accept = change.kind !== 'punctuation';
  await writeFile(at('changes.json'), JSON.stringify(review));
  const second = await transcribe(...words, '--apply', at('changes.json'), '--srt', '--out', at('better.srt'));
  expect([second.code, second.stderr]).toEqual([0, `Wrote ${at('better.srt')}\n3 of 4 changes were accepted, and made.\n`]);
  expect(await readFile(at('better.srt'), 'utf8')).toBe(
    GIVEN.replace('they would call back', 'They would call you back').replace('Who , me?', 'Who, me?'),
  );
});

test('--json has all of it', async () => {
  const { stdout } = await transcribe('--dialogue', at('scene.srt'), '--heard', at('heard.json'), '--json');
  const { heard, repair, errors, transcript } = JSON.parse(stdout);
  expect([heard.segments.length, repair.changes.length, errors.rate, transcript[0].found]).toEqual([2, 4, 1 / 6, 1]);
  expect([transcript[0].start, transcript[0].speaker]).toEqual([0.25, 'Joey']);
});

test('refusals', async () => {
  const code = async (...words: string[]) => /\[(\w+)\]/.exec((await transcribe(...words)).stderr)?.[1];
  expect(await code()).toBe('TRANSCRIBE_MODEL');
  expect(await code('--model', folder)).toBe('SPEECH_MODELS');
  expect(await code('--heard', at('heard.json'), '--events')).toBe('SPEECH_FILE_ASKED');
  expect(await code('--heard', at('heard.json'), '--srt', '--vtt')).toBe('USAGE_VALUE');
  expect(await code('--heard', at('heard.json'), '--review', at('x.json'))).toBe('USAGE_VALUE');
  await writeFile(at('two.json'), '{"id":"a","utterances":[{"text":"Hi"}]}\n{"id":"b","utterances":[{"text":"Ho"}]}\n');
  expect(await code('--heard', at('heard.json'), '--dialogue', at('two.json'))).toBe('TRANSCRIBE_SEVERAL');
  await writeFile(at('untimed.json'), '{"utterances":[{"text":"Hi"}]}');
  await writeFile(at('none.json'), '{"format":"famenet-transcript-review/1","changes":[]}');
  expect(await code('--dialogue', at('untimed.json'), '--apply', at('none.json'), '--srt')).toBe('TRANSCRIBE_TIMES');
});
