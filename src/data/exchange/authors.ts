import { basename } from 'node:path';
import { dialogueName } from '../align.ts';
import { type EcemRow, ecemText, parseEcem, placeOf } from '../ecem.ts';
import { type Entry, lean } from './entry.ts';
import { bySplit, type Format, fileOfSplit, fitting, splitOfFile } from './format.ts';

/** As the authors of ECEM publish theirs. */
export const ecem: Format = {
  about: "ECEM's own: what LLaVA is trained on, one statement an entry",
  loses: [
    'Each split is a file, and entries come back in the order of these names.',
    'Only id, split, film, emotion, speaker, text and cause are carried; dialogue and utterance come back from the name of the film.',
    'A film is named `<dialogue>_<utterance>.mp4`: other names, and folders, are lost.',
    'Left out: entries without a cause, or without a film or dialogue and utterance to name one by; speakers with `:`, `<` or `>` in their name; texts with `<video>` or `<image>`, which LLaVA reads as pictures.',
  ],
  folder: false,
  write({ entries }) {
    const parts = [...bySplit(entries)].map(([split, part]) => ({ split, ...fitting(part, rowOf) }));
    return {
      files: new Map(parts.map(({ split, rows }) => [fileOfSplit(split, 'json'), ecemText(rows)])),
      left: parts.flatMap(({ left }) => left),
    };
  },
  read(files, at) {
    const entries = [...files].flatMap(([file, content]) => {
      const where = files.size === 1 ? at : `${at}/${file}`;
      return content.trim() === '[]' ? [] : parseEcem(content, where).map((row) => entryOf(row, splitOfFile(file)));
    });
    return { name: basename(at).replace(/\.\w+$/, ''), entries };
  },
};

/** A row of ECEM as an entry. */
export function entryOf({ id, video, emotion, speaker, text, cause }: EcemRow, split: string | undefined): Entry {
  const { number } = placeOf(video);
  return lean({ id: `${id}`, split, emotion, dialogue: dialogueName({ video }), utterance: number, speaker, text, clip: video, cause });
}

/** Pictures are put where these stand, whoever wrote them. */
const PLACEHOLDER = /<(?:video|image)>/;

/** Why an entry cannot be an example of a conversation; undefined where it can. */
export function unfit({ cause, speaker = '', text = '' }: Entry): string | undefined {
  if (cause === undefined) return 'no cause';
  if (/[:<>]/.test(speaker)) return 'a speaker with : or < or > in the name';
  return PLACEHOLDER.test(`${speaker} ${text} ${cause}`) ? 'a text with <video> or <image>, which LLaVA reads as a picture' : undefined;
}

function rowOf(entry: Entry): EcemRow | string {
  const { id, emotion, speaker = '', text = '', cause = '' } = entry;
  const why = unfit(entry);
  if (why !== undefined) return why;
  const video = filmOf(entry);
  if (video === undefined) return 'no film, and no dialogue and utterance to name one by';
  return { id: idOf(id), video, emotion, speaker, text, cause };
}

/** ECEM counts with numbers. */
const idOf = (id: string): number | string => (/^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id);

function filmOf({ clip, dialogue, utterance }: Entry): string | undefined {
  const names = [clip === undefined ? '' : basename(clip), `${dialogue ?? ''}_${utterance ?? ''}.mp4`];
  return names.find((name) => /^(t_)?(.+)_(\d+)\.mp4$/.test(name) && !/[\\/]/.test(name));
}
