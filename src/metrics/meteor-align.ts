import type { Match } from './meteor-matches.ts';

/** How many partial alignments go on to the next reference word. */
const BEAM = 40;
/** What a matched word counts in the search, by module: not the weights of the score. */
const SEARCH_WEIGHTS = [1, 0.5, 0.5, 0.5] as const;

/** A way through the reference words so far. A list of matches is shared with the paths that it came from. */
interface Path {
  /** Weighted words matched, each in whole numbers: the reference adds to Java ints, so every addition drops its fraction. */
  matched: number;
  chunks: number;
  distance: number;
  /** The candidate word after the last match; −1 after a word that is not matched. */
  lastEnd: number;
  /** The reference word that comes next; further on than the current one inside a match of several words. */
  next: number;
  chosen: Chosen | undefined;
  /** Candidate words that its contested matches use, 32 to a number. */
  used: number[];
  /** Smaller is better: see `rank`. */
  key: number;
}

interface Chosen {
  readonly match: Match;
  readonly before: Chosen | undefined;
}

/**
 * The best set of matches that do not overlap, in reference order, as METEOR 1.5 searches for it (Denkowski & Lavie 2014, §2; Aligner.resolve):
 * first those that nothing contests, then a beam from left to right. More weighted words win, then fewer chunks, then less distance, then the
 * path that was there first.
 */
export function align(found: readonly (readonly Match[])[], hypLength: number): Match[] {
  const fixed = uncontested(found, hypLength);
  const used = new Array<number>((hypLength + 31) >>> 5).fill(0);
  let paths: Path[] = [{ matched: 0, chunks: 0, distance: 0, lastEnd: -1, next: 0, chosen: undefined, used, key: 0 }];
  for (const [current, matches] of found.entries()) {
    const kept: Path[] = [];
    const match = fixed[current];
    for (const path of paths) {
      if (current < path.next) {
        keep(kept, path, rank(path.matched, path.chunks, path.distance));
      } else if (match !== undefined) {
        path.matched += weightOf(match);
        path.chunks += breaks(path, match);
        path.distance += distanceOf(match);
        follow(path, match);
        keep(kept, path, rank(path.matched, path.chunks, path.distance));
      } else {
        for (const option of matches) {
          if (isUsed(path.used, option)) continue;
          const [matched, chunks] = [path.matched + weightOf(option), path.chunks + breaks(path, option)];
          const key = rank(matched, chunks, path.distance);
          if (fits(kept, key)) {
            const child: Path = { ...path, matched, chunks, used: path.used.slice() };
            use(child.used, option);
            follow(child, option);
            keep(kept, child, key);
          }
          // The reference adds the distance to the path after its child was copied: later siblings carry it, the child does not.
          path.distance += distanceOf(option);
        }
        if (path.lastEnd >= 0) path.chunks++;
        path.lastEnd = -1;
        path.next++;
        keep(kept, path, rank(path.matched, path.chunks, path.distance));
      }
    }
    paths = kept;
  }
  const ended: Path[] = [];
  for (const path of paths) {
    if (path.lastEnd >= 0) path.chunks++;
    keep(ended, path, rank(path.matched, path.chunks, path.distance));
  }
  return chosenBy(ended[0]);
}

/** Matches that are alone at their reference word and whose words no other match touches, at the place of that word. */
function uncontested(found: readonly (readonly Match[])[], hypLength: number): (Match | undefined)[] {
  const hypCover = new Int32Array(hypLength);
  const refCover = new Int32Array(found.length);
  for (const matches of found) {
    for (const m of matches) {
      for (let k = 0; k < m.hypLength; k++) hypCover[m.hyp + k]!++;
      for (let k = 0; k < m.refLength; k++) refCover[m.ref + k]!++;
    }
  }
  const once = (cover: Int32Array, from: number, length: number) => {
    for (let k = from; k < from + length; k++) if (cover[k] !== 1) return false;
    return true;
  };
  return found.map(([m, second]) =>
    m !== undefined && second === undefined && once(refCover, m.ref, m.refLength) && once(hypCover, m.hyp, m.hypLength) ? m : undefined,
  );
}

function weightOf(match: Match): number {
  const weight = SEARCH_WEIGHTS[match.module] ?? 0;
  return Math.floor(match.hypLength * weight) + Math.floor(match.refLength * weight);
}

const distanceOf = (match: Match): number => Math.abs(match.ref - match.hyp);

/** 1 if a match begins a new chunk after another that is still open. */
const breaks = (path: Path, match: Match): number => (path.lastEnd >= 0 && match.hyp !== path.lastEnd ? 1 : 0);

function follow(path: Path, match: Match): void {
  path.next = match.ref + match.refLength;
  path.lastEnd = match.hyp + match.hypLength;
  path.chosen = { match, before: path.chosen };
}

/** Only candidate words are looked at: words of the reference come one after another, and nothing touches the words of uncontested matches. */
function isUsed(used: readonly number[], { hyp, hypLength }: Match): boolean {
  for (let i = hyp; i < hyp + hypLength; i++) if ((used[i >>> 5]! >>> (i & 31)) & 1) return true;
  return false;
}

function use(used: number[], { hyp, hypLength }: Match): void {
  for (let i = hyp; i < hyp + hypLength; i++) used[i >>> 5] = used[i >>> 5]! | (1 << (i & 31));
}

/** One number for the order of paths: words matched (more first), chunks, distance (fewer first). Exact while chunks and distance stay below 2¹⁸. */
const rank = (matched: number, chunks: number, distance: number): number => (chunks - matched * 0x40000) * 0x40000 + distance;

const fits = (paths: readonly Path[], key: number): boolean => paths.length < BEAM || key < paths[BEAM - 1]!.key;

/** Puts a path into a sorted list of at most `BEAM`; among equals it is the last. */
function keep(paths: Path[], path: Path, key: number): void {
  if (!fits(paths, key)) return;
  path.key = key;
  let at = Math.min(paths.length, BEAM - 1);
  for (; at > 0 && paths[at - 1]!.key > key; at--) paths[at] = paths[at - 1]!;
  paths[at] = path;
}

function chosenBy(path: Path | undefined): Match[] {
  const matches: Match[] = [];
  for (let c = path?.chosen; c !== undefined; c = c.before) matches.push(c.match);
  return matches.reverse();
}

/** Runs of matches that follow each other in both sentences. */
export function countChunks(matches: readonly Match[]): number {
  let chunks = 0;
  let before: Match | undefined;
  for (const match of matches) {
    const follows = before !== undefined && match.ref === before.ref + before.refLength && match.hyp === before.hyp + before.hypLength;
    if (!follows) chunks++;
    before = match;
  }
  return chunks;
}
