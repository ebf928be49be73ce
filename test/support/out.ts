import { createOut, type Out, type OutOptions } from '../../src/cli/out.ts';

/** A sink that keeps what it is given. */
export function sink(options: { isTTY?: boolean; columns?: number } = {}): {
  write(text: string): void;
  text(): string;
  isTTY?: boolean;
  columns?: number;
} {
  let kept = '';
  return {
    ...options,
    write: (text) => {
      kept += text;
    },
    text: () => kept,
  };
}

/** An `out` for calling a command's `run()` in process, and what it wrote. */
export function captureOut(options: Partial<OutOptions> = {}): {
  out: Out;
  stdout: () => string;
  stderr: () => string;
  document: () => unknown;
} {
  const [stdout, stderr] = [sink(), sink()];
  return {
    out: createOut({ stdout, stderr, ...options }),
    stdout: stdout.text,
    stderr: stderr.text,
    document: () => JSON.parse(stdout.text()),
  };
}
