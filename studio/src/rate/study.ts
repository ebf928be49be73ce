/** From files of predictions to the items of a study: pure, so that what is missing is said before anything is sent. */
import type { Emotion } from '../../../src/base/emotion.ts';
import type { Turn } from '../../../src/protocol/writing.ts';

/** What one system says, by item. */
export interface Predictions {
  readonly system: string;
  readonly texts: ReadonlyMap<string, string>;
}

/** What stands beside an item, where it is known. */
export interface Beside {
  readonly context: string;
  readonly turns?: readonly Turn[];
  readonly utterance?: number;
  readonly emotion?: Emotion;
  readonly clip?: string;
  readonly until?: number;
}

/** An item as the server takes it. */
export interface StudyItem extends Beside {
  readonly id: string;
  readonly texts: readonly { readonly system: string; readonly text: string }[];
}

/** Why a file is no use, in the words of a problem. */
export class FileFault extends Error {
  readonly at: string;
  readonly expected: string;
  readonly got: string;
  constructor(at: string, expected: string, got: string) {
    super(`${at}: expected ${expected}, got ${got}`);
    this.at = at;
    this.expected = expected;
    this.got = got;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Records of JSON Lines, or of one JSON list. Throws FileFault. */
function recordsOf(content: string, at: string): Record<string, unknown>[] {
  const whole = /^\s*\[/.test(content);
  const rows = whole ? [content] : content.split(/\r?\n/).filter((line) => line.trim() !== '');
  return rows
    .flatMap((row, i): unknown[] => {
      try {
        const value: unknown = JSON.parse(row);
        return Array.isArray(value) ? value : [value];
      } catch {
        throw new FileFault(whole ? at : `${at}:${i + 1}`, 'JSON, one object in each line', row.slice(0, 60));
      }
    })
    .map((value, i) => {
      if (isRecord(value)) return value;
      throw new FileFault(`${at}, entry ${i + 1}`, 'an object', JSON.stringify(value).slice(0, 60));
    });
}

const idOf = (record: Record<string, unknown>, at: string): string => {
  const { id } = record;
  if ((typeof id === 'string' && id.trim() !== '') || typeof id === 'number') return `${id}`.trim();
  throw new FileFault(at, 'an id', JSON.stringify(id) ?? 'nothing');
};

/** Predictions as `famenet predict` writes them: lines of {id, cause}; `text` and `prediction` are read, too. The system is called like the file. Throws FileFault. */
export function predictionsOf(content: string, file: string): Predictions {
  const texts = new Map<string, string>();
  for (const [i, record] of recordsOf(content, file).entries()) {
    const at = `${file}, entry ${i + 1}`;
    const id = idOf(record, at);
    const text = record.cause ?? record.text ?? record.prediction;
    if (typeof text !== 'string') throw new FileFault(at, 'the text as "cause"', Object.keys(record).join(', '));
    if (texts.has(id)) throw new FileFault(at, 'each id once', `"${id}" twice`);
    texts.set(id, text);
  }
  if (texts.size === 0) throw new FileFault(file, 'predictions', 'none');
  return { system: file.replace(/\.\w+$/, ''), texts };
}

/** Contexts from lines of {id, context}. Throws FileFault. */
export function contextsOf(content: string, file: string): Map<string, Beside> {
  return new Map(
    recordsOf(content, file).map((record, i) => {
      const at = `${file}, entry ${i + 1}`;
      if (typeof record.context !== 'string') throw new FileFault(at, '"context", as text', Object.keys(record).join(', '));
      return [idOf(record, at), { context: record.context }];
    }),
  );
}

/** An utterance of a dialogue on the server. */
interface Said {
  readonly number: number;
  readonly speaker?: string | undefined;
  readonly text: string;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly emotion?: Emotion | undefined;
}

/** What stands beside item `DIALOGUE_NUMBER`: the turns up to it, and the film of the dialogue or of the item, where one is called so. */
export function besideOf(
  id: string,
  dialogue: { readonly name: string; readonly utterances: readonly Said[] },
  films: ReadonlyMap<string, string>,
): Beside | undefined {
  const number = Number(/_(\d+)$/.exec(id)?.[1]);
  const place = dialogue.utterances.findIndex((said) => said.number === number);
  const target = dialogue.utterances[place];
  if (target === undefined) return undefined;
  const [own, whole] = [films.get(id), films.get(dialogue.name)];
  const turns = dialogue.utterances.slice(0, place + 1).map(
    ({ number: n, speaker, text, start, end }): Turn => ({
      number: n,
      text,
      ...(speaker === undefined ? {} : { speaker }),
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    }),
  );
  return {
    context: `${target.speaker ?? 'Somebody'}: ${target.text}`,
    turns,
    utterance: number,
    ...(target.emotion === undefined ? {} : { emotion: target.emotion }),
    ...(own !== undefined ? { clip: own } : whole !== undefined && target.end !== undefined ? { clip: whole, until: target.end } : {}),
  };
}

/** A study before it is opened. */
export interface Plan {
  readonly items: readonly StudyItem[];
  /** Ids that some systems explain and others do not: they are left out, because ratings of them could not be compared. */
  readonly missing: readonly string[];
  /** Systems of which another has the name. */
  readonly twice: readonly string[];
}

/** Items that every system explains, in the order of the first. */
export function planOf(systems: readonly Predictions[], beside: ReadonlyMap<string, Beside>): Plan {
  const ids = [...new Set(systems.flatMap(({ texts }) => [...texts.keys()]))];
  const everywhere = ids.filter((id) => systems.every(({ texts }) => texts.has(id)));
  const names = systems.map(({ system }) => system);
  return {
    items: everywhere.map((id) => ({
      id,
      ...(beside.get(id) ?? { context: id }),
      texts: systems.map(({ system, texts }) => ({ system, text: texts.get(id)! })),
    })),
    missing: ids.filter((id) => !everywhere.includes(id)),
    twice: names.filter((name, i) => names.indexOf(name) !== i),
  };
}
