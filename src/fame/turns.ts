/** What was said, as data in a prompt: cleaned, capped, fenced, and never allowed to speak for us. */

/** One turn of the conversation. */
export interface Turn {
  readonly speaker?: string | undefined;
  readonly text: string;
  /** Seconds from the beginning of the video that is looked at; absent where only the order is known (MELD's own times are those of an episode). */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** Words seen on screen, and when (seconds). */
export interface ScreenText {
  readonly t: number;
  readonly text: string;
}

/** Letters of one turn at most: some minutes of speech. A turn that is longer is no turn, and must not push all others out. */
export const TURN_LETTERS = 600;
const NAME_LETTERS = 40;
const FENCE = '```';

/** A line of the dialogue or the screen, and whether something of it was cut off. */
export interface Quoted {
  readonly line: string;
  readonly cut: boolean;
}

/** A turn as one line, `3. Monica: …`; turns are counted from 1. Nothing that a person wrote can begin another line. */
export function quotedTurn({ speaker = '', text }: Turn, number: number): Quoted {
  const [name, said] = [capped(speaker, NAME_LETTERS), capped(text, TURN_LETTERS)];
  return { line: `${number}. ${name.text || 'Somebody'}: ${said.text}`, cut: name.cut || said.cut };
}

/** Words on screen as one line, `4.2 s: …`. */
export function quotedScreen({ t, text }: ScreenText): Quoted {
  const { text: seen, cut } = capped(text, TURN_LETTERS);
  return { line: `${t.toFixed(1)} s: ${seen}`, cut };
}

/** The line with role words of a template (`ASSISTANT:`, `[INST]`) taken apart by a space before their last sign, in whatever case: said, not obeyed. */
export function disarmed({ line, cut }: Quoted, roles: readonly string[]): Quoted {
  const apart = (text: string, role: string) =>
    text.replace(new RegExp(role.replace(/[[\]/<>]/g, '\\$&'), 'gi'), (found) => `${found.slice(0, -1)} ${found.slice(-1)}`);
  return { line: roles.reduce(apart, line), cut };
}

/** Lines between two fences. No line can close it: `capped` leaves no three backticks in a row. */
export function fenced(lines: readonly string[]): string {
  return [FENCE, ...lines, FENCE].join('\n');
}

/** Line breaks, invisible signs and those that turn the direction of writing become spaces; a fence inside loses its third stroke; what is too long ends in …. */
function capped(text: string, most: number): { text: string; cut: boolean } {
  const clean = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/`{3,}/g, '``')
    .trim();
  const letters = Array.from(clean);
  return letters.length <= most
    ? { text: clean, cut: false }
    : {
        text: `${letters
          .slice(0, most - 1)
          .join('')
          .trimEnd()}…`,
        cut: true,
      };
}
