const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes for people, in powers of 1000 as disks and downloads count: `1536` → `1.5 kB`. */
export function showBytes(bytes: number): string {
  let value = bytes;
  let i = 0;
  // 999.95 would print as "1000.0": step on before rounding can reach four digits.
  while (Math.abs(value) >= (i === 0 ? 1000 : 999.95) && i < SIZES.length - 1) [value, i] = [value / 1000, i + 1];
  return `${i === 0 ? Math.round(value) : value.toFixed(1)} ${SIZES[i]}`;
}

/** Seconds for people: `75` → `1:15`, `3675` → `1:01:15`. Fractions are rounded to whole seconds. */
export function showSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}` : `${m}:${String(s).padStart(2, '0')}`;
}
