/**
 * Anchors of S3FD (Zhang et al., ICCV 2017, §3.1): one square around each cell's middle, four cells wide, and how Δ of the paper's eq. (5) moves it.
 * All in pixels of the network's picture. Both published ports compute the same (`sfd/bbox.py`, `layers/functions/prior_box.py`).
 */

/** A rectangle between two corners. */
export interface Corners {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One cell's square. */
export interface Anchor {
  /** Its middle. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** What Δ is measured in: a tenth of the side for the middle, a fifth for the logarithm of the size. */
const VARIANCE = { middle: 0.1, size: 0.2 } as const;

/** The anchor of a cell. Cells beyond the picture's border, which face-alignment's fc6 makes, have theirs beyond it too. */
export function anchorAt(stride: number, row: number, column: number): Anchor {
  return { x: (column + 0.5) * stride, y: (row + 0.5) * stride, side: 4 * stride };
}

/** The anchors of maps of the given sizes, the finest first, row by row. */
export function anchorsOf(maps: readonly { readonly stride: number; readonly rows: number; readonly columns: number }[]): Anchor[] {
  return maps.flatMap(({ stride, rows, columns }) =>
    Array.from({ length: rows * columns }, (_, i) => anchorAt(stride, Math.floor(i / columns), i % columns)),
  );
}

/** Anchor and Δ → box. */
export function decode({ x, y, side }: Anchor, delta: readonly [number, number, number, number]): Corners {
  const [width, height] = [side * Math.exp(delta[2] * VARIANCE.size), side * Math.exp(delta[3] * VARIANCE.size)];
  const left = x + delta[0] * VARIANCE.middle * side - width / 2;
  const top = y + delta[1] * VARIANCE.middle * side - height / 2;
  return { left, top, right: left + width, bottom: top + height };
}

/** The Δ that makes an anchor this box: what training aims at. The box has an area. */
export function encode({ x, y, side }: Anchor, { left, top, right, bottom }: Corners): [number, number, number, number] {
  const unit = VARIANCE.middle * side;
  return [
    ((left + right) / 2 - x) / unit,
    ((top + bottom) / 2 - y) / unit,
    Math.log((right - left) / side) / VARIANCE.size,
    Math.log((bottom - top) / side) / VARIANCE.size,
  ];
}

export interface Assignment {
  /** 1 where the anchor should become a face, 0 elsewhere: [P]. */
  readonly labels: BigInt64Array;
  /** Δ for each face's anchors, 0 elsewhere: [P,4]. */
  readonly offsets: Float32Array;
}

/** An anchor that overlaps a face this much is that face's; a face that has too few takes down to `least`. */
const OVERLAP = { enough: 0.35, least: 0.1 } as const;

/**
 * Which anchors should find which faces: S3FD §3.2, scale compensation. First each anchor that overlaps a face by 0.35 goes to the face it overlaps most.
 * Then a face with fewer anchors than the average face takes free ones, the best first, down to an overlap of 0.1; its best free one in any case.
 */
export function assign(anchors: readonly Anchor[], faces: readonly Corners[]): Assignment {
  const overlaps = faces.map((face) => Float64Array.from(anchors, (a) => overlap(a, face)));
  const owner = anchors.map((_, a) => {
    const best = overlaps.reduce((top, row, f) => (row[a]! > (overlaps[top]?.[a] ?? 0) ? f : top), -1);
    return best >= 0 && overlaps[best]![a]! >= OVERLAP.enough ? best : -1;
  });
  const owned = faces.map((_, f) => owner.filter((o) => o === f).length);
  const average = Math.max(1, Math.round(owned.reduce((n, o) => n + o, 0) / Math.max(1, faces.length)));
  for (const [f, row] of overlaps.entries()) {
    const free = [...row.keys()].filter((a) => owner[a] === -1 && row[a]! > 0).sort((a, b) => row[b]! - row[a]!);
    const wanted = free.filter((a, i) => row[a]! > OVERLAP.least || (i === 0 && owned[f] === 0));
    for (const a of wanted.slice(0, Math.max(0, average - owned[f]!))) owner[a] = f;
  }
  const offsets = new Float32Array(4 * anchors.length);
  for (const [a, f] of owner.entries()) if (f >= 0) offsets.set(encode(anchors[a]!, faces[f]!), 4 * a);
  return { labels: BigInt64Array.from(owner, (f) => (f >= 0 ? 1n : 0n)), offsets };
}

/** Intersection over union. */
function overlap({ x, y, side }: Anchor, b: Corners): number {
  const width = Math.min(x + side / 2, b.right) - Math.max(x - side / 2, b.left);
  const height = Math.min(y + side / 2, b.bottom) - Math.max(y - side / 2, b.top);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (side * side + (b.right - b.left) * (b.bottom - b.top) - both);
}
