import { redacted } from './erase.ts';
import type { Event } from './events.ts';
import { speakerless } from './speaker.ts';

/** An event in its place in the log. */
interface Placed {
  readonly version: number;
  readonly event: Event;
}

/**
 * How a campaign's events read when every erasure is carried out in the events up to it: made from all of them, for a store that puts the results in
 * their places. Where that was done before, every event stays the very same. Folding gives the same campaign.
 */
export function redactions(all: readonly Placed[]): (event: Event, version: number) => Event {
  const changes = all.flatMap(({ event, version }) => {
    const change = changeOf(event);
    return change === undefined ? [] : [{ version, change }];
  });
  return (event, version) => changes.reduce((left, { version: until, change }) => (version <= until ? change(left) : left), event);
}

/** What an erasure makes of an event before it; undefined of what is no erasure, or one whose own name is gone: it was carried out. */
function changeOf(event: Event): ((before: Event) => Event) | undefined {
  if (event.type === 'erased' && event.person !== event.as) return (before) => redacted(before, event);
  if (event.type === 'speaker-erased' && event.speaker !== event.as) return speakerless(event);
  return undefined;
}
