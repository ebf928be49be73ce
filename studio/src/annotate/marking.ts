/** What an annotator writes about an item, change by change: pure, so that what is typed, kept and sent is one value. */
import { evidenceGap } from '../../../src/protocol/evidence.ts';
import { adviceOn } from '../../../src/protocol/guidelines.ts';
import { type Evidence, type Item, MODALITIES, type Modality, type Region, type Writing } from '../../../src/protocol/writing.ts';

/** Where evidence is listed: faces belong to the modality "picture". */
export type Kind = 'text' | 'sound' | 'picture' | 'faces';

/** The modality of each kind. */
export const MODALITY_OF: Readonly<Record<Kind, Modality>> = { text: 'text', sound: 'sound', picture: 'picture', faces: 'picture' };

/** A change. */
export type Mark =
  | { readonly do: 'cause' | 'reasoning'; readonly text: string }
  /** Takes a turn in, or out again. */
  | { readonly do: 'turn'; readonly turn: number }
  | {
      readonly do: 'stretch';
      readonly in: 'sound' | 'picture';
      readonly from: number;
      readonly to: number;
      readonly region?: Region | undefined;
    }
  | { readonly do: 'face'; readonly face: number; readonly time: number }
  | { readonly do: 'note'; readonly in: Kind; readonly at: number; readonly note: string }
  | { readonly do: 'times'; readonly in: 'sound' | 'picture'; readonly at: number; readonly from: number; readonly to: number }
  | { readonly do: 'region'; readonly at: number; readonly region: Region | undefined }
  | { readonly do: 'which-face'; readonly at: number; readonly face: number }
  | { readonly do: 'remove'; readonly in: Kind; readonly at: number }
  /** Says that there is nothing in a modality, or takes that back. */
  | { readonly do: 'nothing'; readonly modality: Modality }
  | { readonly do: 'all'; readonly writing: Writing };

/** Nothing written yet. */
export const BLANK: Writing = { cause: '', reasoning: '', evidence: { text: [], sound: [], picture: [], faces: [], nothing: [] } };

/** Entries of a list, and characters of a text, at most: as the protocol's forms have it. */
export const [MOST, LONGEST] = [200, 2000];

/** The writing after a change. What cannot be (a turn after the utterance, nothing where there is something) changes nothing. */
export function marked(item: Item, writing: Writing, mark: Mark): Writing {
  const { evidence } = writing;
  switch (mark.do) {
    case 'cause':
    case 'reasoning':
      return { ...writing, [mark.do]: mark.text };
    case 'turn': {
      if (item.utterance !== undefined && mark.turn > item.utterance) return writing;
      const without = evidence.text.filter(({ turn }) => turn !== mark.turn);
      const text = without.length < evidence.text.length ? without : [...without, { turn: mark.turn }].sort((x, y) => x.turn - y.turn);
      return withList(item, writing, 'text', text);
    }
    case 'stretch': {
      const { region } = mark;
      const entry = { ...times(item, mark.from, mark.to), note: '', ...(mark.in === 'picture' && region !== undefined ? { region } : {}) };
      return withList(item, writing, mark.in, [...evidence[mark.in], entry].sort(byTime));
    }
    case 'face':
      return withList(
        item,
        writing,
        'faces',
        [...evidence.faces, { face: mark.face, time: inFilm(item, mark.time), note: '' }].sort(byTime),
      );
    case 'note':
      return withList(item, writing, mark.in, changed(evidence[mark.in], mark.at, { note: mark.note }));
    case 'times':
      return withList(item, writing, mark.in, changed(evidence[mark.in], mark.at, times(item, mark.from, mark.to)));
    case 'region': {
      const { region: _, ...before } = evidence.picture[mark.at]!;
      const after = mark.region === undefined ? before : { ...before, region: mark.region };
      return withList(item, writing, 'picture', evidence.picture.with(mark.at, after));
    }
    case 'which-face':
      return withList(item, writing, 'faces', changed(evidence.faces, mark.at, { face: Math.max(1, Math.round(mark.face) || 1) }));
    case 'remove':
      return withList(item, writing, mark.in, without(evidence[mark.in], mark.at));
    case 'nothing': {
      const { modality } = mark;
      const named = evidence.nothing.includes(modality);
      if (!named && countIn(evidence, modality) > 0) return writing;
      const nothing = MODALITIES.filter((one) => (one === modality ? !named : evidence.nothing.includes(one)));
      return { ...writing, evidence: { ...evidence, nothing } };
    }
    case 'all':
      return mark.writing;
  }
}

/** How many entries a modality has. */
export function countIn(evidence: Evidence, modality: Modality): number {
  return (Object.keys(MODALITY_OF) as Kind[])
    .filter((kind) => MODALITY_OF[kind] === modality)
    .reduce((sum, kind) => sum + evidence[kind].length, 0);
}

/** Something that is still to be done before a writing can be sent, and where. */
export interface Gap {
  readonly in: 'cause' | 'reasoning' | Kind | 'evidence';
  readonly text: string;
}

/** All that is missing, in the order of the form; empty where it can be sent. */
export function gapsOf(item: Item, writing: Writing): Gap[] {
  const { evidence } = writing;
  const gaps: Gap[] = [];
  for (const key of ['cause', 'reasoning'] as const) {
    if (writing[key].trim() === '') gaps.push({ in: key, text: key === 'cause' ? 'Write the cause' : 'Write how you got there' });
    if (writing[key].length > LONGEST) gaps.push({ in: key, text: `The ${key} has ${writing[key].length} characters: ${LONGEST} at most` });
  }
  for (const kind of ['sound', 'picture', 'faces'] as const) {
    const open = evidence[kind].filter(({ note }) => note.trim() === '').length;
    if (open > 0)
      gaps.push({
        in: kind,
        text: `Say what is to be ${kind === 'sound' ? 'heard' : 'seen'} in ${open === 1 ? 'one entry' : `${open} entries`} of ${kind}`,
      });
  }
  const open = item.modalities.filter((modality) => countIn(evidence, modality) === 0 && !evidence.nothing.includes(modality));
  if (open.length > 0) gaps.push({ in: 'evidence', text: `Mark evidence in ${listed(open)}, or say that there is nothing` });
  else if (item.modalities.every((modality) => evidence.nothing.includes(modality)))
    gaps.push({ in: 'evidence', text: 'Something has to be evidence: look again, or give the item back' });
  const gap = gaps.length === 0 ? evidenceGap(item, sendable(writing)) : undefined;
  if (gap !== undefined)
    gaps.push({ in: 'evidence', text: `${gap.refused.what}: expected ${gap.refused.expected}, got ${gap.refused.got}` });
  return gaps;
}

/** What a program would ask its writer; nothing while it is begun. */
export const questionsOn = (writing: Writing): string[] =>
  writing.cause.trim() === '' || writing.reasoning.trim() === '' ? [] : adviceOn(writing);

/** The writing as it is sent: no spaces around, no empty notes on turns. */
export function sendable({ cause, reasoning, evidence }: Writing): Writing {
  const text = evidence.text.map(({ turn, note = '' }) => (note.trim() === '' ? { turn } : { turn, note: note.trim() }));
  const trimmed = <T extends { readonly note: string }>(entries: readonly T[]) =>
    entries.map((entry) => ({ ...entry, note: entry.note.trim() }));
  const { sound, picture, faces, nothing } = evidence;
  return {
    cause: cause.trim(),
    reasoning: reasoning.trim(),
    evidence: { text, sound: trimmed(sound), picture: trimmed(picture), faces: trimmed(faces), nothing },
  };
}

/** Words between spaces: what the paper's average of 14.4 counts. */
export const wordsIn = (text: string): number => text.split(/\s+/).filter(Boolean).length;

/** The writing with another list; what has evidence is not named as empty any more, and what the item lacks gets none. */
function withList<K extends Kind>(item: Item, writing: Writing, kind: K, list: Evidence[K]): Writing {
  const modality = MODALITY_OF[kind];
  if ((!item.modalities.includes(modality) && list.length > writing.evidence[kind].length) || list.length > MOST) return writing;
  const evidence: Evidence = { ...writing.evidence, [kind]: list };
  const nothing = list.length > 0 ? evidence.nothing.filter((one) => one !== modality) : evidence.nothing;
  return { ...writing, evidence: { ...evidence, nothing } };
}

// biome-ignore lint/suspicious/noExplicitAny: the lists differ in their entries, and each change names fields that its list has
const changed = (list: readonly any[], at: number, fields: object): any[] =>
  list.map((entry, i) => (i === at ? { ...entry, ...fields } : entry));

// biome-ignore lint/suspicious/noExplicitAny: as above
const without = (list: readonly any[], at: number): any[] => list.filter((_, i) => i !== at);

/** Milliseconds are enough, and no evidence lies beyond what is shown. */
const inFilm = ({ until = Number.POSITIVE_INFINITY }: Item, seconds: number): number =>
  Math.max(0, Math.min(until, Math.round(1000 * (Number.isFinite(seconds) ? seconds : 0)) / 1000));
const times = (item: Item, a: number, b: number) => ({ from: inFilm(item, Math.min(a, b)), to: inFilm(item, Math.max(a, b)) });
const byTime = (x: { readonly from?: number; readonly time?: number }, y: typeof x): number =>
  (x.from ?? x.time ?? 0) - (y.from ?? y.time ?? 0);
const listed = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' and $1');
