import { SYMPTOMS, type SymptomCode } from '../doctor/symptom.ts';
import { EXPLAINED } from '../ecem.ts';
import { isUnreadable } from '../mojibake.ts';
import type { SourceDialogue, SourceUtterance } from './source.ts';

/** Why a clip cannot stand in a film. */
export interface Fault {
  readonly code: Extract<SymptomCode, 'clip-missing' | 'clip-undecodable' | 'no-picture' | 'too-long'>;
  /** What was found, in words. */
  readonly got: string;
}

/** Why a target is not in the data set: the fault of its own clip, or: */
export const LEFT_OUT = {
  ...Object.fromEntries(
    (['clip-missing', 'clip-undecodable', 'no-picture', 'too-long', 'unreadable'] as const).map((code) => [code, SYMPTOMS[code].about]),
  ),
  gap: 'an earlier utterance has no clip that can be used, and films with a gap were not wanted',
} as Readonly<Record<LeftOutCode, string>>;

export type LeftOutCode = Fault['code'] | 'unreadable' | 'gap';

/** A target that was left out. */
export interface LeftOut {
  readonly dialogue: string;
  /** Its place in the dialogue. */
  readonly utterance: number;
  readonly code: LeftOutCode;
  readonly got: string;
}

/** What happens to a target when the clip of an earlier utterance is missing: its film begins after the gap, or it is left out. */
export const GAPS = ['after', 'drop'] as const;
export type Gaps = (typeof GAPS)[number];

/** A cumulative film: clips `first` to `target` as one. */
export interface PlannedFilm {
  readonly first: number;
  readonly target: number;
}

/** Seconds. Nobody talks longer without a turn of somebody else (the doctor says `too-long`): such a clip holds something else, or its times are wrong. */
export const LONGEST = 60;
/** What a clip may be longer than its utterance, as for the doctor: clips are cut on pictures, and sound comes in packets. */
const LEEWAY = { share: 0.25, seconds: 0.5 } as const;

/** How much of a clip is taken, in seconds from its first picture. What comes later than its utterance would tell what is said next. */
export function boundOf({ start, end }: SourceUtterance): { readonly seconds: number; readonly told: boolean } {
  if (start === undefined || end === undefined) return { seconds: LONGEST, told: false };
  const long = end - start;
  return { seconds: Math.round((long + Math.max(LEEWAY.seconds, LEEWAY.share * long)) * 1000) / 1000, told: true };
}

/** What is wrong with the clips of a dialogue before one of them is opened, by place. */
export function faultsOf({ utterances }: SourceDialogue): Map<number, Fault> {
  const faults = new Map<number, Fault>();
  for (const { place, start = 0, end = 0, clip } of utterances) {
    if (end - start > LONGEST) faults.set(place, { code: 'too-long', got: `${Math.round(end - start)} s by its times` });
    else if (clip === undefined) faults.set(place, { code: 'clip-missing', got: 'no file' });
  }
  return faults;
}

/** Utterances to be explained: those with an emotion that is not neutral (Wang et al. 2025, §3.1). */
export const isTarget = ({ emotion }: SourceUtterance): boolean => emotion !== undefined && EXPLAINED.includes(emotion);

/** The targets whose words can be read, and the others. */
export function readable({ id, utterances }: SourceDialogue): { readonly targets: number[]; readonly leftOut: LeftOut[] } {
  const targets = utterances.filter(isTarget);
  return {
    targets: targets.filter(({ text }) => !isUnreadable(text)).map(({ place }) => place),
    leftOut: targets
      .filter(({ text }) => isUnreadable(text))
      .map(({ place, text }) => ({ dialogue: id, utterance: place, code: 'unreadable', got: text.slice(0, 60) })),
  };
}

/**
 * The films of a dialogue whose clips have these faults: for each target the clips from the beginning to it, or from behind the last gap before it. A target whose own
 * clip is at fault has none.
 */
export function filmsOf(
  dialogue: SourceDialogue,
  faults: ReadonlyMap<number, Fault>,
  gaps: Gaps,
): { readonly films: readonly PlannedFilm[]; readonly leftOut: readonly LeftOut[] } {
  const { targets, leftOut } = readable(dialogue);
  const films: PlannedFilm[] = [];
  for (const target of targets) {
    const own = faults.get(target);
    const gap = Math.max(-1, ...[...faults.keys()].filter((place) => place < target));
    const leave = (code: LeftOutCode, got: string) => leftOut.push({ dialogue: dialogue.id, utterance: target, code, got });
    if (own !== undefined) leave(own.code, own.got);
    else if (gap >= 0 && gaps === 'drop') leave('gap', `utterance ${gap}: ${SYMPTOMS[faults.get(gap)!.code].about}`);
    else films.push({ first: gap + 1, target });
  }
  return { films, leftOut: leftOut.sort((a, b) => a.utterance - b.utterance) };
}

/** Films that begin with the same clip, one run each: the longest holds all others. */
export function runsOf(films: readonly PlannedFilm[]): ReadonlyMap<number, readonly number[]> {
  const runs = new Map<number, number[]>();
  for (const { first, target } of films) runs.set(first, [...(runs.get(first) ?? []), target]);
  return runs;
}
