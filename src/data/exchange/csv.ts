import { basename } from 'node:path';
import { readCsv } from '../../base/csv.ts';
import { emotionHint, emotionNamed } from '../../base/emotion.ts';
import { type Entry, lean } from './entry.ts';
import { damagedSet, entryForm, json } from './form.ts';
import type { Format } from './format.ts';

/** Columns that hold a text or a number, and those that hold JSON. */
const PLAIN = ['id', 'split', 'dialogue', 'utterance', 'speaker', 'emotion', 'text', 'cause', 'reasoning', 'clip'] as const;
const NESTED = ['turns', 'spans', 'evidence', 'senses', 'annotation'] as const;

/** A flat table for people: RFC 4180, one entry a row; what is not flat stands in its cell as JSON. */
export const csv: Format = {
  about: 'a table for spreadsheets; turns, evidence and annotation as JSON in their cells',
  loses: [
    'The name of the set, the number of its utterances, and its rules with their people and guidelines.',
    'Line breaks of a lone CR come back as they are only where no spreadsheet has saved the file; some spreadsheets cut cells at 32,767 characters.',
  ],
  folder: false,
  write({ entries }) {
    const lines = [[...PLAIN, ...NESTED], ...entries.map(cellsOf)].map((cells) => `${cells.join(',')}\r\n`);
    return { files: new Map([['data.csv', lines.join('')]]), left: [] };
  },
  read(files, at) {
    const [content = ''] = files.values();
    const entries = readCsv(content, at, ['id', 'emotion']).map(({ line, values }) => entryOf(values, `${at}, line ${line}`));
    return { name: basename(at).replace(/\.\w+$/, ''), entries };
  },
};

function cellsOf(entry: Entry): string[] {
  const plain = PLAIN.map((key) => cell(`${entry[key] ?? ''}`));
  return [...plain, ...NESTED.map((key) => cell(entry[key] === undefined ? '' : JSON.stringify(entry[key])))];
}

/** Always quoted: what needs it differs from program to program. */
const cell = (text: string): string => `"${guarded(text).replaceAll('"', '""')}"`;

/** A spreadsheet runs what begins so as a formula (OWASP, "CSV Injection"): an apostrophe in front makes it a text again. */
export const guarded = (text: string): string => (/^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

/** The text that `guarded` was given. */
export const unguarded = (text: string): string => (/^'+[=+\-@\t\r\n]/.test(text) ? text.slice(1) : text);

function entryOf(values: Readonly<Record<string, string>>, at: string): Entry {
  const [text, nested] = [
    (key: string) => unguarded(values[key] ?? ''),
    (key: string) => (values[key] ? json(unguarded(values[key]), `${at}, ${key}`) : undefined),
  ];
  const emotion = emotionNamed(text('emotion'));
  if (emotion === undefined) throw damagedSet(at, emotionHint(text('emotion')), JSON.stringify(text('emotion')));
  const utterance = text('utterance');
  if (!/^-?\d*$/.test(utterance)) throw damagedSet(`${at}, utterance`, 'a whole number', JSON.stringify(utterance));
  const plain = Object.fromEntries(PLAIN.flatMap((key) => (text(key) === '' ? [] : [[key, text(key)]])));
  const rest = Object.fromEntries(NESTED.map((key) => [key, nested(key)]));
  const row = { ...plain, id: text('id'), emotion, ...(utterance === '' ? {} : { utterance: Number(utterance) }), ...rest };
  return lean(entryForm(row, at));
}
