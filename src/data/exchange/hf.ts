import { basename } from 'node:path';
import { isRecord } from '../../base/file.ts';
import { counted } from '../doctor/symptom.ts';
import { type DataSet, type Entry, lean } from './entry.ts';
import { annotationForm, damagedSet, entryForm, headForm, json } from './form.ts';
import { bySplit, type Format, fileOfSplit, splitOfFile } from './format.ts';

/** A folder for `datasets.load_dataset(FOLDER)`: JSON lines for each split, a card that names their types, and no script. */
export const hf: Format = {
  about: 'a folder that `datasets.load_dataset` reads: data/<split>.jsonl and a card',
  loses: [
    'Entries come back part by part, in the order of the names of their files. Nothing else is lost: `annotation` is one text of JSON in its column, and rules and people stand in `protocol.json`, which `datasets` does not read.',
  ],
  folder: true,
  write(set) {
    const { entries, ...head } = set;
    const parts = [...bySplit(entries)].map(([split, part]) => ({ split, file: `data/${fileOfSplit(split, 'jsonl')}`, part }));
    const rows = (part: readonly Entry[]) => part.map((entry) => `${JSON.stringify(rowOf(entry))}\n`).join('');
    return {
      files: new Map([
        ['README.md', card(set, parts)],
        ['protocol.json', `${JSON.stringify(head, null, 1)}\n`],
        ...parts.map(({ file, part }) => [file, rows(part)] as const),
      ]),
      left: [],
    };
  },
  read(files, at) {
    const head = files.get('protocol.json');
    const entries = [...files].flatMap(([file, content]) =>
      /^data\/[^/]+\.jsonl$/.test(file)
        ? content
            .split('\n')
            .flatMap((line, i) =>
              line.trim() === '' ? [] : [entryOf(json(line, `${at}/${file}:${i + 1}`), splitOfFile(file), `${at}/${file}:${i + 1}`)],
            )
        : [],
    );
    if (head === undefined && entries.length === 0)
      throw damagedSet(at, 'data/<split>.jsonl', [...files.keys()].join(', ') || 'an empty folder');
    return {
      ...(head === undefined ? { name: basename(at) } : headForm(json(head, `${at}/protocol.json`), `${at}/protocol.json`)),
      entries,
    };
  },
};

/** A type as the card names it: of a value, of a list of records, or of a record. */
type Type = string | { readonly list: Fields | string } | { readonly struct: Fields };
type Fields = Readonly<Record<string, Type>>;

const STRETCHES: Type = { list: { from: 'float64', to: 'float64', note: 'string' } };

/** Columns in their order. `datasets` guesses types from the first rows, and fails where later ones have more in them: so they are named. */
const COLUMNS: Fields = {
  id: 'string',
  dialogue: 'string',
  utterance: 'int64',
  speaker: 'string',
  emotion: 'string',
  text: 'string',
  cause: 'string',
  reasoning: 'string',
  clip: 'string',
  turns: { list: { number: 'int64', speaker: 'string', text: 'string' } },
  spans: { list: { turn: 'int64', text: 'string' } },
  evidence: {
    struct: {
      text: { list: { turn: 'int64', note: 'string' } },
      sound: STRETCHES,
      picture: STRETCHES,
      faces: { list: { face: 'int64', time: 'float64', note: 'string' } },
      nothing: { list: 'string' },
    },
  },
  senses: { list: 'string' },
  annotation: 'string',
};

const rowOf = (entry: Entry): object => {
  const { split: _, annotation, ...rest } = entry;
  const all: Readonly<Record<string, unknown>> = { ...rest, annotation: annotation === undefined ? undefined : JSON.stringify(annotation) };
  return Object.fromEntries(Object.keys(COLUMNS).map((key) => [key, all[key] ?? null]));
};

function entryOf(value: unknown, split: string | undefined, at: string): Entry {
  if (!isRecord(value)) throw damagedSet(at, 'an object', JSON.stringify(value).slice(0, 60));
  const { annotation, ...rest } = value;
  const entry = entryForm(rest, at);
  return lean({
    ...entry,
    split,
    annotation: typeof annotation === 'string' ? annotationForm(json(annotation, `${at}.annotation`), `${at}.annotation`) : undefined,
  });
}

/** The card: YAML that `datasets` reads, then words for people. */
function card(
  { name, entries, protocol }: DataSet,
  parts: readonly { readonly split: string; readonly file: string; readonly part: readonly Entry[] }[],
): string {
  const dialogues = new Set(entries.flatMap(({ dialogue }) => dialogue ?? [])).size;
  const splits = [...new Set(parts.map(({ split }) => splitName(split)))].map((one) => {
    const own = parts.filter(({ split }) => splitName(split) === one);
    return { name: one, files: own.map(({ file }) => file), size: own.reduce((sum, { part }) => sum + part.length, 0) };
  });
  const size = SIZES.find(([most]) => entries.length < most)?.[1] ?? '1M<n<10M';
  return `---
pretty_name: ${JSON.stringify(name)}
language:
- en
task_categories:
- text-generation
size_categories:
- ${size}
tags:
- emotion
- emotion-cause
- dialogue
configs:
- config_name: default
  data_files:
${splits.map(({ name: split, files }) => `  - split: ${split}\n    path:\n${files.map((file) => `    - ${JSON.stringify(file)}`).join('\n')}`).join('\n')}
dataset_info:
  features:
${yaml(COLUMNS, '  ')}
---

# ${name.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|~#&$]/g, '\\$&')}

Why speakers of conversations feel an emotion, in words, as viewers would read them. ${counted(entries.length, 'utterance')}${dialogues === 0 ? '' : ` of ${counted(dialogues, 'dialogue')}`}. An emotion is how viewers would
read a speaker, never what a person feels.

| split | utterances |
|---|---:|
${splits.map(({ name: split, size: count }) => `| ${split} | ${count} |`).join('\n')}

Columns: \`turns\` is the dialogue as annotators saw it; \`evidence\` names turns, seconds of the film and faces; \`annotation\` is a text of JSON with drafts, score of
agreement, votes and discussion, people by pseudonyms.${protocol === undefined ? '' : ' `protocol.json` has the guidelines and the gate.'}
Films are named, not included. Written by famenet: say here whose data it is, and under which licence it may be passed on.
`;
}

const SIZES = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
] as const;

/** `datasets` takes letters, digits, dots and `_` for splits, and has to have one. */
const splitName = (split: string): string => (split === '' ? 'train' : split.replace(/[^A-Za-z0-9_]/g, '_'));

function yaml(fields: Fields, indent: string): string {
  return Object.entries(fields)
    .map(([name, type]) => {
      if (typeof type === 'string') return `${indent}- name: ${name}\n${indent}  dtype: ${type}`;
      const [kind, inner] = 'list' in type ? (['list', type.list] as const) : (['struct', type.struct] as const);
      return `${indent}- name: ${name}\n${indent}  ${kind}:${typeof inner === 'string' ? ` ${inner}` : `\n${yaml(inner, `${indent}  `)}`}`;
    })
    .join('\n');
}
