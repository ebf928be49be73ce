import type { Event } from './events.ts';

/** Whether two JSON values are the same, whatever the order of their keys; what is undefined counts as absent. */
export function isSame(a: unknown, b: unknown): boolean {
  return written(a) === written(b);
}

/** Whether two events under one id are one event that came twice. When it was asked for again does not matter. */
export function isSameEvent(known: Event, event: Event): boolean {
  // The log may still have the person's id where the campaign, rightly, has not.
  if (known.type === 'erased' && event.type === 'erased') return known.texts === event.texts;
  if (known.type === 'speaker-erased' && event.type === 'speaker-erased') return known.as === event.as;
  return isSame({ ...known, at: '' }, { ...event, at: '' });
}

/** JSON with sorted keys; maps as objects. */
export function written(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (entry instanceof Map) return Object.fromEntries([...entry].sort(byKey));
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(byKey))
      : entry;
  });
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
