/** The file of a thread: it reads a data set and does one task with it, so that nobody else waits while a large file is parsed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { sought } from '../base/called.ts';
import { FameError } from '../base/errors.ts';
import { examineContent, filePatch, patchManifest } from '../data/doctor/index.ts';
import { type DataSet, dataSetOf } from '../data/exchange/index.ts';
import { type Meld, type MeldPart, parseMeld } from '../data/index.ts';
import { emotionsDrawing, lengthsDrawing, PRINTED_SETS, sectionsOf, summarise, svgOf } from '../data/stats/index.ts';
import { parseReferences } from '../metrics/index.ts';
import type { TextPair } from '../protocol/index.ts';
import { findingsOf } from './findings.ts';
import { entryItems, itemsOf } from './intake.ts';
import type { Asked, SetFile, Told } from './set-work.ts';

const SEED = 12345; // of the shuffled pairs that agreement is compared with, as the command line has it

/** The text of a file. Throws SET_TEXT. */
async function textOf({ path, name }: SetFile): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new FameError('SET_TEXT', 'The file is not text', {
      at: name,
      expected: 'UTF-8: JSON, JSON lines or CSV',
      got: 'other bytes',
      fix: 'save it as UTF-8; films go to /files',
    });
  }
}

async function meldOf(tables: Asked['meld'] = {}): Promise<Meld | undefined> {
  const parts = await Promise.all(
    (Object.entries(tables) as [MeldPart, SetFile][]).map(async ([part, file]) => {
      const dialogues = parseMeld(await textOf(file), file.name);
      return [part, new Map(dialogues.map((dialogue) => [dialogue.id, dialogue]))] as const;
    }),
  );
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

const setOf = (content: string, name: string): DataSet => dataSetOf(new Map([[`data${extname(name)}`, content]]), name);

/** Texts of two people about the same things: references of ours, else the two drafts of each entry. */
function pairsOf(content: string, name: string): TextPair[] {
  const two = (texts: readonly string[]): TextPair[] => (texts.length < 2 ? [] : [[texts[0]!, texts[1]!]]);
  const set = attempt(() => setOf(content, name));
  if (set !== undefined) return set.entries.flatMap(({ annotation }) => two((annotation?.drafts ?? []).map(({ cause }) => cause)));
  return parseReferences(content, name).flatMap(({ refs }) => two(refs));
}

/** What a reader gives; undefined where it cannot read this. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FameError || error instanceof RangeError) return undefined;
    throw error;
  }
}

const TASKS: { readonly [T in Asked['task']]: (asked: Asked & { readonly task: T }, tell: (stage: string) => void) => Promise<unknown> } = {
  async look({ file }) {
    const content = await textOf(file);
    const { kind } = await examineContent(content, file.name);
    const set = attempt(() => setOf(content, file.name));
    const pairs = attempt(() => pairsOf(content, file.name))?.length ?? 0;
    if (kind === 'unknown' && set === undefined && pairs === 0) setOf(content, file.name); // says what is wrong
    const sha256 = createHash('sha256')
      .update(await readFile(file.path))
      .digest('hex');
    return { sha256, kind: kind === 'unknown' ? (set === undefined ? 'pairs' : 'set') : kind, entries: set?.entries.length ?? 0, pairs };
  },
  async doctor({ file, meld }, tell) {
    const content = await textOf(file);
    const tables = await meldOf(meld);
    tell('examining');
    const examined = await examineContent(content, file.name, tables);
    return { kind: examined.kind, compared: tables !== undefined, changes: examined.changes, findings: findingsOf(examined) };
  },
  async patch({ file, changes = [] }) {
    const bytes = await readFile(file.path);
    return patchManifest(changes.length === 0 ? [] : [filePatch(file.name, bytes, changes)]);
  },
  async statistics({ file, is, set: given }, tell) {
    const set = given ?? setOf(await textOf(file), file.name);
    tell('counting');
    const sets = [await summarise(set, { seed: SEED })];
    const printed = PRINTED_SETS.find(({ name }) => name === is);
    const sections = sectionsOf({ sets, difference: undefined, is: printed, paper: false, scene: undefined, task: undefined });
    const charts = { lengths: lengthsDrawing(sets), emotions: emotionsDrawing(sets) };
    const named = Object.entries(charts).map(([chart, drawing]) => ({ chart, title: drawing.title }));
    return {
      sets,
      sections: sections.map(({ drawing, ...section }) => {
        const chart = named.find(({ title }) => title === drawing?.title)?.chart;
        return chart === undefined ? section : { ...section, chart };
      }),
      charts: Object.fromEntries(Object.entries(charts).map(([chart, drawing]) => [chart, svgOf(drawing)])),
    };
  },
  async items({ file, meld, modalities }) {
    const content = await textOf(file);
    const tables = await meldOf(meld);
    const how = { meld: tables, ...(modalities === undefined ? {} : { modalities }) };
    const read = attempt(() => itemsOf(content, file.name, how));
    return read ?? entryItems(setOf(content, file.name).entries, modalities);
  },
  pairs: async ({ file }) => pairsOf(await textOf(file), file.name),
  name: async ({ file, name = '' }) => sought(name).count(unescaped(await textOf(file))),
};

/** JSON may write any letter by its number. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const say = (told: Told): void => parentPort?.postMessage(told);

async function work(asked: Asked): Promise<void> {
  try {
    const result = await TASKS[asked.task](asked as never, (stage) => say({ is: 'stage', stage }));
    say({ is: 'done', result });
  } catch (error) {
    if (error instanceof FameError) {
      const [first = ''] = error.message.split('\n');
      say({ is: 'failed', code: error.code, what: first.replace(` [${error.code}]`, ''), detail: { ...error.detail } });
    } else if (error instanceof RangeError)
      say({ is: 'failed', code: 'SET_DEEP', what: 'The file is nested too deeply', detail: { at: asked.file.name } });
    else throw error;
  }
}

void work(workerData as Asked);
