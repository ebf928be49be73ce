/** Colours that there are for speakers, in tokens.css. */
const COLOURS = 6;

/** A number from 1 for each speaker, in the order in which they first speak; with more speakers than colours, some share one. */
export function speakersOf(turns: readonly { readonly speaker?: string | undefined }[]): ReadonlyMap<string, number> {
  const names = [...new Set(turns.map(({ speaker = '' }) => speaker))];
  return new Map(names.map((name, i) => [name, (i % COLOURS) + 1]));
}
