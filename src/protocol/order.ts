/** Order that does not depend on the order of arrival. */

/** Without repetition, in the order of character codes: the same for the same names, however they came. */
export function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort();
}

/** A map with its keys sorted, so that the order in which they came means nothing. */
export function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map([...map, [key, value] as const].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The map without one key. */
export function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  return new Map([...map].filter(([k]) => k !== key));
}

/** Sorted by time, then by id. */
export function inOrder<T extends { readonly at: string; readonly id: string }>(entries: readonly T[]): readonly T[] {
  return [...entries].sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : x.id < y.id ? -1 : 1));
}

/** FNV-1a with a last mixing (murmur3's), so that neighbouring ids fall far apart. 32 bits. */
export function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
