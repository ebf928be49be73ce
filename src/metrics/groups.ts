/**
 * p-values corrected for being several (Holm 1979): the chance of even one false alarm among all of them stays below the level that each is
 * compared with. In the order given; never smaller than before, at most 1.
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  let floor = 0;
  for (const [rank, i] of [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!).entries()) {
    floor = Math.max(floor, Math.min(1, (ps.length - rank) * ps[i]!));
    adjusted[i] = floor;
  }
  return adjusted;
}

/**
 * Compact letter display (Piepho 2004, insert and absorb): two members share a letter exactly when they are not shown to differ.
 * Members are numbered from the best, so `a` is a group of the best. `differ(i, j)` is asked for i < j.
 */
export function letters(members: number, differ: (i: number, j: number) => boolean): string[] {
  let groups: ReadonlySet<number>[] = members === 0 ? [] : [new Set(Array.from({ length: members }, (_, i) => i))];
  for (let i = 0; i < members; i++) {
    for (let j = i + 1; j < members; j++) {
      if (!differ(i, j)) continue;
      const parted = groups.flatMap((group) => (group.has(i) && group.has(j) ? [without(group, i), without(group, j)] : [group]));
      groups = parted.filter(
        (group, k) => !parted.some((other, l) => l !== k && covers(other, group) && (other.size > group.size || l < k)),
      );
    }
  }
  const ranked = groups.map((group) => [...group].sort((a, b) => a - b)).sort(byMembers);
  return Array.from({ length: members }, (_, i) => ranked.flatMap((group, k) => (group.includes(i) ? [letter(k)] : [])).join(''));
}

function without(group: ReadonlySet<number>, member: number): ReadonlySet<number> {
  return new Set([...group].filter((m) => m !== member));
}

function covers(large: ReadonlySet<number>, small: ReadonlySet<number>): boolean {
  return [...small].every((m) => large.has(m));
}

function byMembers(a: readonly number[], b: readonly number[]): number {
  const k = a.findIndex((member, i) => member !== b[i]);
  return k < 0 ? 0 : a[k]! - (b[k] ?? Number.POSITIVE_INFINITY);
}

/** a to z, then (27), (28), …: parted by their brackets, since the letters of one member stand side by side. */
function letter(k: number): string {
  return k < 26 ? String.fromCharCode(97 + k) : `(${k + 1})`;
}
