/** A small campaign on a film that goes on after the utterance, as the studio's tests need it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrationOf, GUIDELINES, type Item, type Policy } from '../../src/protocol/index.ts';
import { storyOf, timelineOf, writeFilm } from '../../src/synth/index.ts';

/** The share of words that two causes have in common: a measure that looks at the texts, and needs no model. */
export const SIGNATURE = 'shared-words|case:lower';
export const shared = async (signature: string) => ({
  signature,
  score: async (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([a, b]) => {
      const [x, y] = [a, b].map((text) => new Set(text.toLowerCase().match(/\w+/g)));
      return [...x!].filter((word) => y!.has(word)).length / new Set([...x!, ...y!]).size;
    }),
});

const CALIBRATION = calibrationOf(new Array(100).fill(0.9), new Array(100).fill(0.3), { signature: SIGNATURE, threshold: 0.75 }).summary;

/** One voter is a panel here, so that three people are enough. */
export const POLICY: Policy = {
  voters: 1,
  gate: { signature: SIGNATURE, threshold: 0.75, calibration: CALIBRATION },
  training: { items: 0, roles: ['annotator'] },
};

export const OPEN = { title: 'Kitchen scenes', name: 'Olga', policy: POLICY, guidelines: GUIDELINES, seed: 1 } as const;

/** What is said in the film, with times, and where the film ends. */
const { turns: TIMED, seconds: SECONDS } = timelineOf(storyOf(1, 4));

export { SECONDS };
export const TURNS = TIMED.map(({ by, text, start, end }, number) => ({
  number,
  speaker: number === 0 ? `${by} <img src=x onerror=alert(1)>` : `${by}`,
  text,
  start,
  end,
}));

/** The film's bytes. Faces are found in a larger one. */
export async function filmBytes({ width = 320, height = 240, fps = 8 } = {}): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-annotate-'));
  try {
    await writeFilm(join(folder, 'a.mp4'), storyOf(1, 4), { width, height, fps });
    return await readFile(join(folder, 'a.mp4'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An item whose utterance is the one at `target`; where it is not the last, the film goes on after it. */
export function itemAt(id: string, target: number, clip: string | undefined): Item {
  const { speaker, text, end } = TURNS[target]!;
  return {
    id,
    emotion: 'surprise',
    modalities: clip === undefined ? ['text'] : ['text', 'sound', 'picture'],
    dialogue: 'kitchen',
    utterance: target,
    speaker,
    text,
    ...(clip === undefined ? {} : { clip, until: end }),
    turns: TURNS.slice(0, target + 1),
  };
}

/** Sends a film as somebody, in one piece; its id. */
export async function sendFilm(
  ask: <T>(who: string | undefined, method: string, path: string, body?: unknown) => Promise<T>,
  {
    url,
    who,
    headers,
    bytes,
  }: { readonly url: string; readonly who: string | undefined; readonly headers: Readonly<Record<string, string>>; readonly bytes: Buffer },
): Promise<string> {
  const { project } = await ask<{ project: string }>(who, 'POST', '/projects', { title: 'Kitchen', purpose: 'research' });
  const { file } = await ask<{ file: string }>(who, 'POST', '/files', { project, name: 'kitchen.mp4', bytes: bytes.length });
  const sent = await fetch(`${url}/files/${file}`, {
    method: 'PATCH',
    headers: { ...headers, 'x-famenet': '1', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  });
  if (!sent.ok) throw new Error(await sent.text());
  return file;
}
