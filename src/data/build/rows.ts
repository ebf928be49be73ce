import { type EcemRow, ecemText } from '../ecem.ts';
import type { Film } from './film.ts';
import { filmName, type Receipt } from './job.ts';
import type { LeftOut } from './plan.ts';
import { readable } from './plan.ts';
import type { SourceDialogue } from './source.ts';
import { SIDES, type Side } from './split.ts';

/** A target of the data set. */
export interface Target {
  readonly dialogue: SourceDialogue;
  readonly place: number;
}

/** What is explained and what is not: by the films, or where none are wanted by the words alone. Both in the order of the dialogues. */
export function targetsOf(
  dialogues: readonly SourceDialogue[],
  receipts: readonly Receipt[] | undefined,
): { readonly targets: readonly Target[]; readonly leftOut: readonly LeftOut[] } {
  const each = dialogues.map((dialogue, i) => {
    const receipt = receipts?.[i];
    const { targets, leftOut } =
      receipt === undefined ? readable(dialogue) : { targets: receipt.films.map(({ target }) => target), ...receipt };
    return { targets: targets.map((place) => ({ dialogue, place })), leftOut };
  });
  return { targets: each.flatMap(({ targets }) => targets), leftOut: each.flatMap(({ leftOut }) => leftOut) };
}

/** Targets in ECEM's format with empty explanations, by the file that they go to: what `famenet annotate open` takes. Every wanted side has a file. */
export function targetFiles(targets: readonly Target[], sides: ReadonlyMap<string, Side>, shares: readonly Side[]): Map<string, string> {
  const rows = targets.map((target, id) => ({ file: fileOf(target.dialogue, sides), row: rowOf(target, id) }));
  const files = sides.size === 0 ? [WHOLE] : SIDES.filter((side) => shares.includes(side)).map((side) => `${side}.json`);
  return new Map(files.map((file) => [file, ecemText(rows.filter((one) => one.file === file).map(({ row }) => row))]));
}

/** The file of all targets of a set that is not split, as `famenet synth` calls it. */
export const WHOLE = 'ecem.json';

const fileOf = ({ id }: SourceDialogue, sides: ReadonlyMap<string, Side>): string => (sides.has(id) ? `${sides.get(id)}.json` : WHOLE);

function rowOf({ dialogue: { id, utterances }, place }: Target, number: number): EcemRow {
  const { speaker = '', text, emotion } = utterances[place]!;
  // ECEM's question is `emotion <speaker: text>`: these three would end the name early
  return { id: number, video: filmName(id, place), emotion: emotion!, speaker: speaker.replace(/[:<>]/g, ' '), text, cause: '' };
}

/**
 * All dialogues as JSONL, in a form that `readDialogues` takes. `start` and `end` are seconds of the films, and only there where all films of a dialogue begin with its
 * first utterance and show the one in question; `source` has the number and the times that the source gives.
 */
export function dialogueLines(
  dialogues: readonly SourceDialogue[],
  sides: ReadonlyMap<string, Side>,
  receipts: readonly Receipt[] | undefined,
): string {
  return lines(
    dialogues.map(({ id, from, episode, utterances }, i) => {
      const times = timesIn(receipts?.[i]?.films ?? []);
      const split = sides.get(id);
      return {
        id,
        ...(split === undefined ? {} : { split }),
        source: { ...from, ...(episode === undefined ? {} : { episode }) },
        utterances: utterances.map(({ place, number, speaker, text, emotion, start, end }) => ({
          ...(speaker === undefined ? {} : { speaker }),
          text,
          ...times.get(place),
          ...(emotion === undefined ? {} : { emotion }),
          source: { number, ...(start === undefined ? {} : { start, end }) },
        })),
      };
    }),
  );
}

function timesIn(films: readonly Film[]): ReadonlyMap<number, { start: number; end: number }> {
  if (films.some(({ parts }) => parts[0]!.utterance > 0)) return new Map();
  const parts = films.at(-1)?.parts ?? [];
  return new Map(parts.flatMap(({ utterance, start, end }) => (end > start ? [[utterance, { start, end }]] : [])));
}

/** JSONL. */
export const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
