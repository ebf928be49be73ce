import { assignment } from './assignment.ts';
import { OFF_SCREEN, SCALE, SPEAKER_DEFAULTS, type Speaker, type SpeakerOptions, type Utterance, unknown } from './speaker.ts';

/** A name of the dialogue with the face that it belongs to. */
export interface NameLink {
  readonly speaker: string;
  readonly track: number | 'unknown';
  /** 0–1: how much worse the best linking without this pair would be. 0 for `unknown`. */
  readonly confidence: number;
  /** Utterances in which the mouth of this face spoke for it. */
  readonly utterances: number;
}

/**
 * Links names to faces over a whole dialogue: the one-to-one assignment with the largest sum of evidence, where every utterance of a name
 * counts a face's total less what is expected of a speaker off screen. A name whose faces never move with its words stays `unknown`.
 * Names in order of their first utterance; names are compared as they are written.
 */
export function namesOf(utterances: readonly Utterance[], speaking: readonly Speaker[]): NameLink[] {
  const names = [...new Set(utterances.flatMap(({ speaker }) => (speaker === undefined ? [] : [speaker])))];
  const tracks = [...new Set(speaking.flatMap(({ evidence }) => evidence.map((e) => e.track)))].sort((a, b) => a - b);
  const sums = names.map(() => tracks.map(() => 0));
  const counts = names.map(() => tracks.map(() => 0));
  for (const [i, { speaker }] of utterances.entries()) {
    if (speaker === undefined) continue;
    const row = names.indexOf(speaker);
    for (const { track, total } of speaking[i]!.evidence) {
      sums[row]![tracks.indexOf(track)]! += total - OFF_SCREEN;
      if (total > OFF_SCREEN) counts[row]![tracks.indexOf(track)]!++;
    }
  }
  const pairs = new Map(assignment(sums));
  const worth = (values: readonly (readonly number[])[]) => assignment(values).reduce((sum, [i, j]) => sum + values[i]![j]!, 0);
  const best = worth(sums);
  return names.map((speaker, row) => {
    const column = pairs.get(row);
    if (column === undefined) return { speaker, track: 'unknown', confidence: 0, utterances: 0 };
    const without = worth(sums.map((values, i) => values.map((value, j) => (i === row && j === column ? 0 : value))));
    const confidence = 1 - Math.exp(-(best - without) / (2 * SCALE));
    return { speaker, track: tracks[column]!, confidence, utterances: counts[row]![column]! };
  });
}

/**
 * The speakers again, now that names are linked: an utterance with a linked name goes to that face, also where its own frames were too few
 * or undecided, as long as the face is visible in it; where it is not, the speaker is off screen. Links below `confidence` do not count;
 * an utterance without a linked name keeps its own choice, unless that face belongs to another name.
 */
export function withNames(
  utterances: readonly Utterance[],
  speaking: readonly Speaker[],
  links: readonly NameLink[],
  visible: (track: number, utterance: Utterance) => boolean,
  { confidence: least = SPEAKER_DEFAULTS.confidence }: SpeakerOptions = {},
): Speaker[] {
  const sure = links.filter((l): l is NameLink & { track: number } => l.track !== 'unknown' && l.confidence >= least);
  return utterances.map((utterance, i) => {
    const own = speaking[i]!;
    const link = sure.find((l) => l.speaker === utterance.speaker);
    if (link === undefined) return sure.some((l) => l.track === own.track) ? unknown('not linked', own.evidence) : own;
    if (!visible(link.track, utterance)) return unknown('off-screen', own.evidence);
    if (own.track === link.track) return { ...own, confidence: 1 - (1 - own.confidence) * (1 - link.confidence) };
    return { track: link.track, confidence: link.confidence, by: 'name', evidence: own.evidence };
  });
}
