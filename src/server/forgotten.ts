/** Events of the server's log as they read when somebody has been forgotten. */
import type { ServerEvent } from './events.ts';

/** Whom an erasure is about. */
export interface Erasure {
  readonly account: string;
  /** The pseudonym: it says nothing of the person. */
  readonly as: string;
  /** Whether what was made for the person goes, too. */
  readonly texts: boolean;
}

/** What stands where something was erased. */
const GONE = '[erased]';

/** What was removed, as the log's events tell: nothing of it is to be read in them any more. */
export interface Removed {
  readonly dialogues: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Explanations that were forgotten, or whose dialogue or film was removed. */
  readonly jobs: ReadonlySet<string>;
}

/** All that a log says was removed. */
export function removedIn(events: readonly ServerEvent[]): Removed {
  const dialogues = new Set(events.flatMap((event) => (event.type === 'dialogue-removed' ? [event.dialogue] : [])));
  const files = new Set(events.flatMap((event) => (event.type === 'file-removed' ? [event.file] : [])));
  const jobs = events.flatMap((event) => {
    if (event.type === 'explanation-removed') return [event.job];
    return event.type === 'explanation-asked' && (dialogues.has(event.dialogue) || files.has(event.question.file ?? '')) ? [event.job] : [];
  });
  return { dialogues, files, jobs: new Set(jobs) };
}

/** An event without the words and the name of what was removed. */
export function emptied(event: ServerEvent, { dialogues, files, jobs }: Removed): ServerEvent {
  const gone = (text: string) => text === GONE;
  const isEmpty = (turns: readonly { readonly text: string }[]) => turns.length === 1 && gone(turns[0]!.text);
  const nothing = [{ number: 0, text: GONE }];
  if (event.type === 'dialogue-added' && dialogues.has(event.dialogue) && !isEmpty(event.utterances))
    return { ...event, name: GONE, utterances: nothing };
  if (event.type === 'dialogue-changed' && dialogues.has(event.dialogue) && !isEmpty(event.utterances))
    return { ...event, utterances: nothing };
  if (event.type === 'upload-begun' && files.has(event.file) && !gone(event.name)) return { ...event, name: GONE };
  if (event.type === 'explanation-over' && jobs.has(event.job) && event.result !== undefined)
    return { ...event, state: 'stopped', result: undefined };
  return event;
}

/** Fields of events that name an account. */
const ACCOUNTS: readonly string[] = ['by', 'account'];

/**
 * An event as it reads after an erasure: ids replaced; name, password and, with `texts`, the explanations that the person was given are gone. Films, dialogues
 * and data sets stay, because they belong to their project. Folding what this gives leads to the same state.
 */
export function forgotten(event: ServerEvent, { account, as, texts }: Erasure): ServerEvent {
  const listed = event.type === 'project-made' && event.members?.some((member) => member.account === account);
  const about = listed || ACCOUNTS.some((key) => (event as unknown as Readonly<Record<string, unknown>>)[key] === account);
  if (!about) return event;
  const renamed = Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key, ACCOUNTS.includes(key) && value === account ? as : value]),
  ) as unknown as ServerEvent;
  if (renamed.type === 'joined' && renamed.account === as) return { ...renamed, name: GONE, password: '' };
  if (renamed.type === 'explanation-over' && texts && renamed.by === as && renamed.result !== undefined)
    return { ...renamed, state: 'stopped', result: undefined };
  if (renamed.type === 'project-made' && renamed.members !== undefined)
    return { ...renamed, members: renamed.members.map((member) => (member.account === account ? { ...member, account: as } : member)) };
  return renamed;
}
