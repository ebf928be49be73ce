import type { SoundEvent } from './speech.ts';

/** What a subtitle needs. Seconds. */
export interface Cue {
  readonly speaker?: string | undefined;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** SubRip: numbered blocks, speakers as `Name: ` in front; sounds stand in brackets. Our reader gives the same lines back. */
export function srtOf(cues: readonly Cue[], events: readonly SoundEvent[] = []): string {
  return together(cues, events)
    .map(
      ({ speaker, text, start, end }, i) =>
        `${i + 1}\n${time(start, ',')} --> ${time(end, ',')}\n${speaker === undefined ? '' : `${speaker}: `}${line(text)}\n`,
    )
    .join('\n');
}

/** WebVTT with speakers as `<v Name>`. */
export function vttOf(cues: readonly Cue[], events: readonly SoundEvent[] = []): string {
  const blocks = together(cues, events).map(
    ({ speaker, text, start, end }) =>
      `${time(start, '.')} --> ${time(end, '.')}\n${speaker === undefined ? '' : `<v ${escaped(speaker)}>`}${escaped(line(text))}\n`,
  );
  return ['WEBVTT\n', ...blocks].join('\n');
}

function together(cues: readonly Cue[], events: readonly SoundEvent[]): Cue[] {
  const sounds = events.map(({ name, start, end }) => ({ text: `[${name}]`, start, end }));
  return [...cues, ...sounds].sort((a, b) => a.start - b.start);
}

/** An empty line would end the block, and an arrow would begin one. */
const line = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('-->', '→');

const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);

function time(seconds: number, point: string): string {
  const all = Math.max(0, Math.round(seconds * 1000));
  const [h, m, s, ms] = [Math.floor(all / 3_600_000), Math.floor(all / 60_000) % 60, Math.floor(all / 1000) % 60, all % 1000];
  const two = (n: number) => `${n}`.padStart(2, '0');
  return `${two(h)}:${two(m)}:${two(s)}${point}${`${ms}`.padStart(3, '0')}`;
}
