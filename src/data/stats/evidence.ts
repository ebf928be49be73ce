import type { Entry, EntryEvidence } from '../exchange/index.ts';

/** Where evidence lies: the modalities, and faces, which belong to the picture. */
export const PLACES = ['text', 'sound', 'picture', 'faces'] as const;
export type EvidencePlace = (typeof PLACES)[number];

/** What explanations rest on, over the entries that say so. */
export interface EvidenceStats {
  /** Entries with evidence: what the shares are of. */
  readonly entries: number;
  readonly places: readonly {
    readonly place: EvidencePlace;
    /** Entries that use it. */
    readonly used: number;
    /** Entries in which people looked there and found nothing; faces are not asked for by themselves. */
    readonly nothing: number | undefined;
    /** Pieces of evidence in all. */
    readonly pieces: number;
  }[];
  /** Modalities that are used together, the most frequent first; faces count as picture. */
  readonly together: readonly { readonly senses: readonly string[]; readonly entries: number }[];
}

/** Where sets that point at utterances say the cause is, over all that they point at. */
export interface PointedStats {
  readonly causes: number;
  /** In the utterance itself, before it, and after it. */
  readonly own: number;
  readonly before: number;
  readonly after: number;
}

/** Undefined where no entry has evidence. */
export function evidenceOf(entries: readonly Entry[]): EvidenceStats | undefined {
  const found = entries.flatMap(({ evidence }) => evidence ?? []);
  if (found.length === 0) return undefined;
  const groups = new Map<string, number>();
  for (const evidence of found) {
    const key = sensesOf(evidence).join(' + ');
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  return {
    entries: found.length,
    places: PLACES.map((place) => ({
      place,
      used: found.filter((evidence) => evidence[place].length > 0).length,
      nothing: place === 'faces' ? undefined : found.filter(({ nothing }) => nothing.includes(place)).length,
      pieces: found.reduce((sum, evidence) => sum + evidence[place].length, 0),
    })),
    together: [...groups]
      .map(([key, count]) => ({ senses: key === '' ? [] : key.split(' + '), entries: count }))
      .sort((a, b) => b.entries - a.entries || (a.senses.join() < b.senses.join() ? -1 : 1)),
  };
}

/** The modalities that are used. */
export function sensesOf({ text, sound, picture, faces }: EntryEvidence): string[] {
  const used = { text: text.length, sound: sound.length, picture: picture.length + faces.length };
  return Object.entries(used).flatMap(([sense, pieces]) => (pieces > 0 ? [sense] : []));
}

/** Undefined where the set points at nothing. */
export function pointedOf(entries: readonly Entry[]): PointedStats | undefined {
  const distances = entries.flatMap(({ utterance, spans = [] }) =>
    utterance === undefined ? [] : spans.map(({ turn }) => turn - utterance),
  );
  if (distances.length === 0) return undefined;
  const count = (fits: (distance: number) => boolean) => distances.filter(fits).length;
  return { causes: distances.length, own: count((d) => d === 0), before: count((d) => d < 0), after: count((d) => d > 0) };
}
