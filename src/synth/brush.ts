import { type CanvasGradient, Path2D, type SKRSContext2D } from '@napi-rs/canvas';

/** What is drawn on: units of a 320 × 240 picture, however many pixels it has. */
export type Brush = SKRSContext2D;

/** A colour `#rrggbb`, darker (`by` < 0) or lighter (`by` > 0): −1 is black, 1 is white. */
export function shade(colour: string, by: number): string {
  const channel = (from: number) => {
    const value = Number.parseInt(colour.slice(from, from + 2), 16);
    return Math.round(by < 0 ? value * (1 + by) : value + (255 - value) * by);
  };
  return `rgb(${channel(1)},${channel(3)},${channel(5)})`;
}

/** A filled ellipse. */
export function ellipse(c: Brush, x: number, y: number, rx: number, ry: number, fill: string, turn = 0): void {
  c.beginPath();
  c.ellipse(x, y, Math.abs(rx), Math.abs(ry), turn, 0, 2 * Math.PI);
  c.fillStyle = fill;
  c.fill();
}

/** A filled rectangle with round corners. */
export function box(c: Brush, x: number, y: number, width: number, height: number, fill: string | CanvasGradient, radius = 0): void {
  c.beginPath();
  c.roundRect(x, y, width, height, radius);
  c.fillStyle = fill;
  c.fill();
}

/** A filled shape; `path` is written as in SVG (`M` to, `L`ine to, `Q` and `C` curves). */
export function shape(c: Brush, path: string, fill: string | CanvasGradient): void {
  c.fillStyle = fill;
  c.fill(new Path2D(`${path}Z`));
}

/** A line with round ends; `path` as for `shape`, and not closed. */
export function line(c: Brush, path: string, colour: string, width: number): void {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.lineCap = 'round';
  c.lineJoin = 'round';
  c.stroke(new Path2D(path));
}

/** Draws something and its mirror image: once as it is, once with left and right exchanged. */
export function both(c: Brush, draw: () => void): void {
  draw();
  c.save();
  c.scale(-1, 1);
  draw();
  c.restore();
}

/** Draws only inside of a shape; `path` as for `shape`. */
export function within(c: Brush, path: string, draw: () => void): void {
  c.save();
  c.clip(new Path2D(`${path}Z`));
  draw();
  c.restore();
}

/** A point of the scene, and how what is drawn there is turned (radians) and scaled. */
export interface Where {
  readonly x: number;
  readonly y: number;
  readonly turn?: number;
  readonly scale?: number;
}

/** Draws with the origin moved, turned and scaled; afterwards all is as before. */
export function at(c: Brush, { x, y, turn = 0, scale = 1 }: Where, draw: () => void): void {
  c.save();
  c.translate(x, y);
  if (turn !== 0) c.rotate(turn);
  if (scale !== 1) c.scale(scale, scale);
  draw();
  c.restore();
}
