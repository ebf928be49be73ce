import { useEffect, useRef } from 'react';
import type { Peaks } from '../../../src/server/insight.ts';
import { colourOf } from '../emotions.ts';
import { useDark } from '../theme.ts';
import type { Turn } from './scenes.ts';
import { speakersOf } from './speakers.ts';
import type { Range } from './timeline.tsx';

interface WaveProps {
  readonly peaks: Peaks | undefined;
  readonly turns: readonly Turn[];
  readonly range: Range;
  readonly width: number;
  readonly target: number;
  readonly lit: ReadonlyMap<number, number>;
  readonly onSeek: (t: number) => void;
}

const HEIGHT = 64;

/** The sound as it is over time, each turn in its speaker's colour. The transcript says the same to those who do not see it. */
export function Wave({ peaks, turns, range: [from, to], width, target, lit, onSeek }: WaveProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours, which are read from the page
  useEffect(() => {
    const element = canvas.current;
    const c = element?.getContext('2d');
    if (!element || !c || width <= 0) return;
    const scale = devicePixelRatio;
    element.width = Math.round(width * scale);
    element.height = Math.round(HEIGHT * scale);
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, width, HEIGHT);
    const xOf = (t: number) => ((t - from) / (to - from)) * width;
    const speakers = speakersOf(turns);
    const [plain, ground, ink] = [colourOf('--ink-3'), colourOf('--accent-ground'), colourOf('--accent')];
    const spans = turns.flatMap(({ speaker = '', start, end }, i) =>
      start === undefined || end === undefined ? [] : [{ i, start, end, colour: colourOf(`--speaker-${speakers.get(speaker)!}`), speaker }],
    );
    for (const { i, start, end, colour, speaker } of spans) {
      const [x, w] = [xOf(start), Math.max(1, xOf(end) - xOf(start) - 1)];
      const strength = lit.get(i + 1);
      c.fillStyle = strength !== undefined ? colour : ground;
      c.globalAlpha = strength !== undefined ? 0.15 + 0.35 * strength : i === target ? 1 : 0;
      c.fillRect(x, 0, w, HEIGHT);
      c.globalAlpha = 1;
      c.fillStyle = colour;
      c.fillRect(x, HEIGHT - 3, w, 3);
      if (i === target) {
        c.strokeStyle = ink;
        c.lineWidth = 1.5;
        c.strokeRect(x + 0.75, 0.75, w - 1.5, HEIGHT - 1.5);
      }
      c.font = `600 11px ${getComputedStyle(element).fontFamily}`;
      c.save();
      c.beginPath();
      c.rect(x, 0, w, HEIGHT);
      c.clip();
      c.fillText(`${i + 1} ${speaker}`, x + 4, 12);
      c.restore();
    }
    if (peaks === undefined || peaks.peaks.length === 0) return;
    const middle = HEIGHT / 2 + 5;
    let at = 0;
    for (let x = 0; x < width; x++) {
      const [a, b] = [x, x + 1].map((column) => (from + (column / width) * (to - from)) / peaks.step) as [number, number];
      const value = Math.max(...peaks.peaks.slice(Math.max(0, Math.floor(a)), Math.max(1, Math.ceil(b))), 0) / 255;
      const t = from + ((x + 0.5) / width) * (to - from);
      while (at < spans.length - 1 && t >= spans[at]!.end) at++;
      const span = spans[at];
      c.fillStyle = span && t >= span.start && t < span.end ? span.colour : plain;
      const high = Math.max(0.5, value * (HEIGHT - 26));
      c.fillRect(x, middle - high / 2, 1, high);
    }
  }, [peaks, turns, from, to, width, target, lit, dark]);
  return (
    <div
      className="explain-wave"
      aria-hidden="true"
      onClick={({ nativeEvent: { offsetX } }) => onSeek(from + (offsetX / width) * (to - from))}
    >
      <canvas ref={canvas} style={{ width, height: HEIGHT }} />
    </div>
  );
}
