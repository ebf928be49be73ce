import { at, type Brush, both, box, ellipse, line, shade, shape } from './brush.ts';

/** A room of the made world. */
export interface Place {
  readonly name: string;
  readonly wall: string;
  /** A second colour of the wall: tiles, stripes, panels. */
  readonly pattern: 'tiles' | 'stripes' | 'panels' | 'plain' | 'bricks' | 'shelves';
  readonly table: string;
  readonly curtain: string;
  readonly seen: (c: Brush) => void;
}

/** Every room, with a window in the middle, things on the wall beside it, and a table in front. */
export const PLACES: readonly Place[] = [
  { name: 'kitchen', wall: '#dbe8de', pattern: 'tiles', table: '#b98a5a', curtain: '#d97b66', seen: kitchen },
  { name: 'living room', wall: '#e9d9c3', pattern: 'stripes', table: '#7d5238', curtain: '#3f7f86', seen: livingRoom },
  { name: 'office', wall: '#d5dde6', pattern: 'panels', table: '#c9c2b4', curtain: '#8a97a8', seen: office },
  { name: 'bistro', wall: '#93a79b', pattern: 'bricks', table: '#5d4034', curtain: '#eadcc0', seen: bistro },
  { name: 'bedroom', wall: '#d9d0e6', pattern: 'plain', table: '#d8bfa0', curtain: '#7f6aa8', seen: bedroom },
  { name: 'library', wall: '#b9a88c', pattern: 'shelves', table: '#6d4a2c', curtain: '#7d3d3d', seen: library },
];

/** The window: where weather is seen and where things fly away. */
export const WINDOW = { x: 124, y: 16, width: 72, height: 84 } as const;
/** The upper edge of the table. */
export const TABLE = 196;

/** Wall, window with what is outside, furniture. `outside` draws into the window, before its frame. */
export function drawRoom(c: Brush, place: Place, outside: (c: Brush) => void): void {
  const light = c.createLinearGradient(0, 0, 0, 240);
  light.addColorStop(0, shade(place.wall, 0.12));
  light.addColorStop(1, shade(place.wall, -0.12));
  c.fillStyle = light;
  c.fillRect(0, 0, 320, 240);
  PATTERNS[place.pattern](c, place);
  drawWindow(c, place, outside);
  place.seen(c);
}

const PATTERNS: Readonly<Record<Place['pattern'], (c: Brush, place: Place) => void>> = {
  plain() {},
  tiles(c, { wall }) {
    for (let x = 0; x <= 320; x += 20) line(c, `M${x} 120 L${x} 240`, shade(wall, -0.1), 0.8);
    for (let y = 120; y <= 240; y += 20) line(c, `M0 ${y} L320 ${y}`, shade(wall, -0.1), 0.8);
  },
  stripes(c, { wall }) {
    for (let x = 0; x < 320; x += 32) box(c, x, 0, 14, 240, shade(wall, -0.045));
  },
  panels(c, { wall }) {
    for (let x = 0; x <= 320; x += 80) line(c, `M${x} 0 L${x} 240`, shade(wall, -0.14), 1.2);
    line(c, 'M0 132 L320 132', shade(wall, -0.14), 2);
  },
  bricks(c, { wall }) {
    for (let row = 0; row < 16; row++) {
      line(c, `M0 ${row * 15} L320 ${row * 15}`, shade(wall, 0.22), 1);
      for (let x = row % 2 ? 0 : 17; x < 320; x += 34) line(c, `M${x} ${row * 15} L${x} ${row * 15 + 15}`, shade(wall, 0.22), 1);
    }
  },
  shelves(c) {
    const spines = ['#7d3d3d', '#3d5a7d', '#56713f', '#a07b35', '#5a456e', '#8c5a3c'];
    for (const [left, right] of [
      [0, 116],
      [204, 320],
    ] as const) {
      for (let y = 44; y < 240; y += 48) {
        for (let x = left + 3, k = 0; x < right - 6; x += 8, k++)
          box(c, x, y - 34 - ((k * 7) % 9) + 4, 7, 30 + ((k * 7) % 9), spines[(k * 5 + y) % 6]!, 1);
        box(c, left, y, right - left, 4, '#5b3f28');
      }
    }
  },
};

function drawWindow(c: Brush, { curtain }: Place, outside: (c: Brush) => void): void {
  const { x, y, width, height } = WINDOW;
  box(c, x - 4, y - 4, width + 8, height + 8, '#f6f1e7', 2);
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  outside(c);
  c.restore();
  line(c, `M${x + width / 2} ${y} L${x + width / 2} ${y + height}`, '#f6f1e7', 3);
  line(c, `M${x} ${y + height * 0.45} L${x + width} ${y + height * 0.45}`, '#f6f1e7', 3);
  at(c, { x: x + width / 2, y: 0 }, () =>
    both(c, () => {
      const [edge, low] = [width / 2 + 9, y + height + 14];
      shape(c, `M${edge} ${y - 8} L22 ${y - 8} Q${edge - 14} ${y + 50} ${edge - 10} ${low} L${edge} ${low}`, curtain);
      line(c, `M${edge - 6} ${y - 6} Q${edge - 9} ${y + 50} ${edge - 5} ${low - 2}`, shade(curtain, -0.2), 1.2);
    }),
  );
  line(c, `M${x - 14} ${y - 8} L${x + width + 14} ${y - 8}`, '#6b5038', 3);
  box(c, x - 8, y + height + 4, width + 16, 5, '#e9e0d0', 1);
}

/** The table and its cloth, in front of everybody. */
export function drawTable(c: Brush, { table }: Place): void {
  const wood = c.createLinearGradient(0, TABLE, 0, 240);
  wood.addColorStop(0, shade(table, 0.15));
  wood.addColorStop(1, shade(table, -0.25));
  c.fillStyle = wood;
  c.fillRect(0, TABLE, 320, 44);
  line(c, `M0 ${TABLE} L320 ${TABLE}`, shade(table, 0.35), 2);
  for (const y of [210, 224]) line(c, `M0 ${y} Q110 ${y + 2} 320 ${y - 1}`, shade(table, -0.18), 0.8);
}

function kitchen(c: Brush): void {
  box(c, 0, 118, 320, 6, '#c9b08c');
  for (const [x, colour] of [
    [142, '#d97b66'],
    [158, '#6fa287'],
    [174, '#e3b94f'],
  ] as const) {
    box(c, x - 6, 122, 12, 16, colour, 3);
    box(c, x - 7, 119, 14, 4, shade(colour, -0.25), 1);
  }
}

function livingRoom(c: Brush): void {
  box(c, 128, 128, 64, 80, '#4f7d74', 14);
  box(c, 122, 150, 76, 60, '#5c8f85', 10);
}

function office(c: Brush): void {
  box(c, 138, 130, 44, 32, '#3b4450', 3);
  box(c, 141, 133, 38, 26, '#8fb4cf', 1);
  box(c, 156, 162, 8, 30, '#3b4450');
}

function bistro(c: Brush): void {
  for (const x of [92, 228]) {
    line(c, `M${x} 0 L${x} 12`, '#2f2622', 1.5);
    shape(c, `M${x - 11} 22 Q${x} 4 ${x + 11} 22`, '#2f2622');
    ellipse(c, x, 22, 6, 2.5, '#ffe9a8');
  }
  box(c, 134, 138, 52, 60, '#6b4a3a', 3);
}

function bedroom(c: Brush): void {
  box(c, 118, 138, 84, 70, '#8d6b4f', 12);
  box(c, 126, 156, 68, 50, '#efe6f7', 10);
}

function library(c: Brush): void {
  at(c, { x: 160, y: 152 }, () => {
    ellipse(c, 0, 0, 20, 20, '#7fa8c4');
    for (const [x, y, rx, ry] of [
      [-6, -6, 8, 5],
      [7, 4, 6, 9],
      [-9, 9, 5, 3],
    ] as const)
      ellipse(c, x, y, rx, ry, '#7b9a5a');
    line(c, 'M-22 -8 Q0 30 22 -8', '#5b3f28', 2.5);
    line(c, 'M0 22 L0 40', '#5b3f28', 4);
  });
}
