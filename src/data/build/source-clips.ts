import { readdir } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { isRecord, readTextFile } from '../../base/file.ts';
import { parseDialogues } from '../dialogue.ts';
import { isFilm } from '../doctor/clips.ts';
import { SYMPTOMS } from '../doctor/symptom.ts';
import { textSymptoms } from '../doctor/text.ts';
import type { Dialogue } from '../utterance.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { noSource, type Repair, type Source, type SourceDialogue } from './source.ts';

/** What may hold dialogues. */
const DIALOGUES = /\.(?:jsonl|json|srt|vtt)$/i;
/** Ids become names of files, on every system. */
const SAFE = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;

/**
 * Reads a folder of clips with dialogues beside them, in any form that `parseDialogues` takes. An utterance's clip is the file that it names, inside the folder,
 * or `dia<dialogue>_utt<number>` or `<dialogue>_<number>` with any ending of a film. JSON may say of which `episode` or `scene` a dialogue is.
 * Throws BUILD_SOURCE, and as `parseDialogues` does.
 */
export async function readClipsSource(folder: string): Promise<Source> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name);
  const clips = new Map(names.filter(isFilm).map((name) => [basename(name, extname(name)), join(folder, name)]));
  const [dialogues, repairs, files] = [new Map<string, SourceDialogue>(), [] as Repair[], [] as Fingerprint[]];
  for (const file of names.filter((name) => DIALOGUES.test(name)).sort()) {
    const at = join(folder, file);
    const content = await readTextFile(at, { maxBytes: 256e6 });
    files.push(fingerprintOf(file, content));
    const episodes = episodesOf(content);
    for (const dialogue of parseDialogues(content, at)) {
      const { id } = dialogue;
      if (!SAFE.test(id))
        throw noSource(at, 'ids of up to 100 letters, digits, ., _, - and spaces', JSON.stringify(id), 'rename the dialogue');
      if (dialogues.has(id)) throw noSource(at, 'each dialogue under an id of its own', `"${id}" twice`, 'rename one of them');
      const episode = episodes.get(id);
      dialogues.set(id, {
        id,
        from: { dialogue: id },
        ...(episode === undefined ? {} : { episode }),
        utterances: dialogue.utterances.map(({ clip: named, ...utterance }, place) => {
          const found = [`dia${id}_utt${utterance.number}`, `${id}_${utterance.number}`].map((name) => clips.get(name));
          const clip = named === undefined ? found.find((one) => one !== undefined) : inside(folder, named);
          return { ...utterance, place, ...(clip === undefined ? {} : { clip }) };
        }),
      });
      repairs.push(...repairsOf(dialogue, at));
    }
  }
  if (dialogues.size === 0)
    throw noSource(folder, 'dialogues (.jsonl, .json, .srt, .vtt) beside the clips', `${names.length} other files`, 'put them there');
  const mended = new Map(repairs.map(({ dialogue, utterance, field, after }) => [`${dialogue}/${utterance}/${field}`, after]));
  const read = [...dialogues.values()].map((dialogue) => ({
    ...dialogue,
    utterances: dialogue.utterances.map((one) => {
      const [speaker, text] = (['speaker', 'text'] as const).map((field) => mended.get(`${dialogue.id}/${one.place}/${field}`));
      return { ...one, ...(speaker === undefined ? {} : { speaker }), ...(text === undefined ? {} : { text }) };
    }),
  }));
  return { kind: 'clips', dialogues: read, repairs, files };
}

/** A file that a dialogue names; nothing for one outside the folder, which is none of its clips. */
function inside(folder: string, named: string): string | undefined {
  const path = resolve(folder, named);
  const way = relative(resolve(folder), path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way ? undefined : join(folder, way);
}

function repairsOf({ id, utterances }: Dialogue, file: string): Repair[] {
  return utterances.flatMap((utterance, place) =>
    (['speaker', 'text'] as const).flatMap((field) =>
      textSymptoms(utterance[field] ?? '', { file, dialogue: id, utterance: utterance.number, field }, '').symptoms.flatMap(
        ({ code, repair }): Repair[] =>
          repair === undefined ? [] : [{ dialogue: id, utterance: place, field, code, reason: SYMPTOMS[code].about, ...repair }],
      ),
    ),
  );
}

/** The episode or scene of each dialogue, where its JSON names one. */
function episodesOf(content: string): ReadonlyMap<string, string> {
  return new Map(
    documentsOf(content).flatMap((one) => {
      if (!isRecord(one)) return [];
      const [episode] = [one.episode, one.scene].filter((value) => typeof value === 'string' || typeof value === 'number');
      return episode === undefined ? [] : [[String(one.id), String(episode)]];
    }),
  );
}

/** JSON as a list of documents: one, those of a list, or one a line. What is no JSON has none. */
function documentsOf(content: string): readonly unknown[] {
  for (const text of [content, `[${content.trim().split(/\r?\n/).filter(Boolean).join(',')}]`]) {
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) ? value : [value];
    } catch {
      // perhaps as lines
    }
  }
  return [];
}
