import { isRecord } from '../../base/file.ts';
import { damagedSet, entryForm, headForm, json } from './form.ts';
import type { Format } from './format.ts';

const MARK = { famenet: 'data set', version: 1 } as const;

/** Ours: a head with the rules and the people, then one entry a line. Nothing is lost. */
export const jsonl: Format = {
  about: 'JSONL of ours: dialogue, explanation, evidence, drafts, votes, discussion, pseudonyms',
  loses: [],
  folder: false,
  write({ entries, ...head }) {
    const lines = [{ ...MARK, ...head }, ...entries];
    return { files: new Map([['data.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join('')]]), left: [] };
  },
  read(files, at) {
    const [content = ''] = files.values();
    const lines = content.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [{ line, where: `${at}:${i + 1}` }]));
    const [first, ...rest] = lines;
    const value = first === undefined ? undefined : json(first.line, first.where);
    if (!isRecord(value) || value.famenet !== MARK.famenet || value.version !== MARK.version)
      throw damagedSet(
        first?.where ?? at,
        `a first line ${JSON.stringify(MARK).slice(0, -1)}, …}`,
        first?.line.slice(0, 80) ?? 'an empty file',
      );
    const { famenet: _, version: __, ...head } = value;
    return { ...headForm(head, first!.where), entries: rest.map(({ line, where }) => entryForm(json(line, where), where)) };
  },
};

/** Whether a text begins as ours do. */
export const isOurs = (content: string): boolean => /^\s*\{\s*"famenet"\s*:\s*"data set"/.test(content);
