import { readTextFile } from '../base/file.ts';
import type { Dialogue } from './utterance.ts';

/** A name of at most four words before the first colon, and what is said. */
const TURN = /^([\p{L}\d][^\s:]*(?: [^\s:]+){0,3}):\s+(\S.*)$/u;

/** Reads transcripts of plays and series: a turn a line, `Name: what is said`; an empty line or one that begins with `Scene:` between scenes. Throws as `readTextFile` does. */
export async function readTranscripts(file: string): Promise<Dialogue[]> {
  return parseTranscripts(await readTextFile(file, { maxBytes: 256e6 }));
}

/**
 * The same from text: a dialogue for each scene with two turns or more, ids from 0. Lines that are no turn (who wrote it, where it plays) are left out, and
 * so are stage directions in brackets.
 */
export function parseTranscripts(content: string): Dialogue[] {
  return content
    .split(/(?:\r?\n[ \t]*){2,}|^Scene:.*$/m)
    .map((scene) =>
      scene.split(/\r?\n/).flatMap((line) => {
        const [, speaker, said] = TURN.exec(line.trim()) ?? [];
        const text = said?.replace(/\s*[([][^)\]]*[)\]]\s*/g, ' ').trim();
        return speaker === undefined || !text || /^(written by|transcribed by|directed by)$/i.test(speaker) ? [] : [{ speaker, text }];
      }),
    )
    .filter((turns) => turns.length > 1)
    .map((turns, i) => ({ id: `${i}`, utterances: turns.map((turn, number) => ({ number, ...turn })) }));
}
