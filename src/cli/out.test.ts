import { describe, expect, test } from 'vitest';
import { captureOut, sink } from '../../test/support/out.ts';
import { UsageError } from '../base/errors.ts';
import { createOut } from './out.ts';

describe('text', () => {
  test('streams pieces, keeps them, and ends an open line', () => {
    const { out, stdout, stderr } = captureOut();
    for (const piece of ['Bec', 'ause', '']) out.text(piece);
    expect(stdout()).toBe('Because');
    out.note('slow');
    out.done({});
    out.close();
    expect([stdout(), stderr(), out.collected]).toEqual(['Because\n', 'slow\n', 'Because']);
  });
  test('a table aligns words left and numbers right', () => {
    const { out, stdout } = captureOut();
    out.table([
      { name: 'clip', size: 12 },
      { name: 'vicuna-7b', size: 13000, note: 'big' },
    ]);
    expect(stdout()).toBe('name        size  note\nclip          12\nvicuna-7b  13000  big\n');
    out.table([]);
    expect(stdout()).toMatch(/big\n$/);
  });
});

describe('with --json', () => {
  test('stdout is exactly one document', () => {
    const { out, stdout, stderr, document } = captureOut({ json: true });
    out.text('piece');
    out.line('line');
    out.table([{ a: 1 }]);
    out.note('note');
    out.progress({ done: 1, total: 1, unit: 'files', label: 'work' });
    expect(stdout()).toBe('');
    out.done({ answer: 42 });
    out.close();
    expect(document()).toEqual({ answer: 42 });
    expect(stderr()).toBe('piece\nline\na\n1\nnote\nwork 100 %  1 of 1 files\n');
  });
  test('an error is one document too, and readable on stderr', () => {
    const { out, stderr, document } = captureOut({ json: true });
    out.error(new UsageError('USAGE_VALUE', 'what happened', { at: 'here', fix: 'do this' }));
    expect(document()).toEqual({ error: { code: 'USAGE_VALUE', what: 'what happened', at: 'here', fix: 'do this' } });
    expect(stderr()).toBe('UsageError: what happened [USAGE_VALUE]\n  at       here\n  fix      do this\n');
  });
  test('no result and two results are our faults', () => {
    expect(() => captureOut({ json: true }).out.close()).toThrow(/CLI_NO_RESULT/);
    const { out, document } = captureOut({ json: true });
    out.done(1);
    expect(() => out.done(2)).toThrow(/CLI_TWO_RESULTS/);
    expect(document()).toBe(1);
  });
});

describe('progress', () => {
  const work = (done: number, total: number | undefined = 100) => ({ done, total, unit: 'frames', label: 'Reading' });

  test('in a log there is a line every 10 s, and the end is never lost', () => {
    let t = 0;
    const stderr = sink();
    const out = createOut({ stdout: sink(), stderr, now: () => t });
    for (let i = 0; i < 96; i++, t += 500) out.progress(work(i));
    expect(stderr.text().split('\n')).toEqual([
      'Reading  20 %  20 of 100 frames, 2.00 frames/s, 0:40 left',
      'Reading  40 %  40 of 100 frames, 2.00 frames/s, 0:30 left',
      'Reading  60 %  60 of 100 frames, 2.00 frames/s, 0:20 left',
      'Reading  80 %  80 of 100 frames, 2.00 frames/s, 0:10 left',
      '',
    ]);
    out.close();
    expect(stderr.text()).toMatch(/\nReading {2}95 % {2}95 of 100 frames.*\n$/);
  });
  test('a terminal sees a bar that makes way for text and stays when full', () => {
    let t = 0;
    const stderr = sink({ isTTY: true, columns: 24 });
    const out = createOut({ stdout: sink({ isTTY: true }), stderr, now: () => t });
    out.progress(work(1));
    t = 50;
    out.progress(work(2)); // too soon to redraw
    t = 200;
    out.progress(work(3));
    out.note('a remark');
    out.progress(work(100));
    out.close();
    const clear = '\r\u001b[2K';
    expect(stderr.text()).toBe(
      `Reading   1 %  1 of 100${clear}Reading   3 %  3 of 100${clear}a remark\nReading 100 %  100 of 100 frames\n`,
    );
  });
  test('bytes and unknown totals', () => {
    let t = 0;
    const stderr = sink();
    const out = createOut({ stdout: sink(), stderr, now: () => t });
    out.progress({ done: 0, unit: 'bytes', label: 'clip' });
    t = 2000;
    out.progress({ done: 3_000_000, unit: 'bytes', label: 'clip' });
    out.close();
    expect(stderr.text()).toBe('clip  3.0 MB, 1.5 MB/s\n');
  });
  test('a new label closes the old one', () => {
    const stderr = sink();
    const out = createOut({ stdout: sink(), stderr, now: () => 0 });
    out.progress({ done: 1, total: 2, unit: 'files', label: 'a' });
    out.progress({ done: 1, total: 2, unit: 'files', label: 'b' });
    out.close();
    expect(stderr.text()).toBe('a  50 %  1 of 2 files\nb  50 %  1 of 2 files\n');
  });
});

test('colour only on a terminal that wants it', () => {
  const seen = (isTTY: boolean, env: Record<string, string>) => {
    const stderr = sink({ isTTY });
    createOut({ stdout: sink(), stderr, env }).error(new UsageError('USAGE_VALUE', 'x'));
    return stderr.text().includes('\u001b[31m');
  };
  expect([seen(true, {}), seen(true, { NO_COLOR: '1' }), seen(true, { TERM: 'dumb' }), seen(false, {})]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
