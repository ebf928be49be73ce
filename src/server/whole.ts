import { FameError } from '../base/errors.ts';
import type { Campaign } from '../protocol/index.ts';
import type { Server } from './context.ts';
import type { Account } from './state.ts';

/** Films and dialogues that the items of a campaign come from. */
interface Sources {
  readonly size: number;
  readonly files: ReadonlySet<string>;
  readonly dialogues: ReadonlySet<string>;
}

/** Items are added and never changed, so what was found holds as long as there are as many. */
const FOUND = new WeakMap<Campaign, Sources>();

function sourcesOf(campaign: Campaign): Sources {
  const found = FOUND.get(campaign);
  if (found?.size === campaign.items.size) return found;
  const items = [...campaign.items.values()];
  const named = (key: 'clip' | 'dialogue') => new Set(items.flatMap(({ item }) => item[key] ?? []));
  const sources = { size: items.length, files: named('clip'), dialogues: named('dialogue') };
  FOUND.set(campaign, sources);
  return sources;
}

/**
 * Refuses what tells more of a film or a dialogue than an annotator may know: its later part, or what a program says of it. Whoever drafts or votes in an
 * open campaign sees its films item by item, each up to its utterance. Owners are not stopped: they choose the films. Throws FILE_FUTURE.
 */
export async function checkWhole(
  server: Pick<Server, 'campaign' | 'campaigns'>,
  { id, roles }: Account,
  of: { readonly file?: string | undefined; readonly dialogue?: string | undefined },
): Promise<void> {
  if (roles.includes('owner')) return;
  for (const name of await server.campaigns()) {
    const { state } = await server.campaign(name);
    const person = state.people.get(id);
    const works = person?.status === 'active' && person.roles.some((role) => role === 'annotator' || role === 'voter');
    if (!works || state.settings?.closed !== false) continue;
    const { files, dialogues } = sourcesOf(state);
    if (files.has(of.file ?? '') || dialogues.has(of.dialogue ?? ''))
      throw new FameError('FILE_FUTURE', 'You annotate items of this film, and see it only up to each utterance', {
        at: name,
        fix: 'watch it with its items; the whole film opens when the campaign is closed',
      });
  }
}
