import { type Command, decide } from './decide.ts';
import type { Event } from './events.ts';
import { follow } from './fold.ts';
import { parseCommand } from './parse.ts';
import { refusalError } from './refusal.ts';
import type { Campaign } from './state.ts';

/**
 * The events that a command leads to, for programs that store them; none where it was carried out before, or where there is no command.
 * Throws PROTOCOL_FORM for a command that is none, and PROTOCOL_… where the rules refuse.
 */
export function carriedOut(campaign: Campaign, command: Command | undefined): readonly Event[] {
  if (command === undefined) return [];
  const decision = decide(campaign, parseCommand(command));
  if ('refused' in decision) throw refusalError(decision.refused);
  return decision.events;
}

/** A campaign that grows with its events, as the desk of a store wants it. */
export function folding(): { readonly state: Campaign; add(event: Event): unknown } {
  const { campaign, add } = follow();
  return { state: campaign, add };
}
