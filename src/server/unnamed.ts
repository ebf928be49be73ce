/** Events of the server's log as they read when somebody of its films and dialogues has been forgotten by name. */
import { isCalled, type Sought, sought } from '../base/called.ts';
import type { RatedItem, ServerEvent, ServerEventOf } from './events.ts';

/** Whom an erasure is about. Where both names are one, it has been carried out in the log. */
export interface NameErasure {
  readonly project: string;
  readonly name: string;
  /** The pseudonym. */
  readonly as: string;
  /** Whether the name goes wherever else it was written, too. */
  readonly mentions: boolean;
  readonly dialogues: readonly string[];
  readonly files: readonly string[];
  readonly sets: readonly string[];
  readonly campaigns: readonly string[];
}

/** What stands where something was erased. */
const GONE = '[erased]';
const [NAME, TEXT] = [200, 20_000]; // characters at most, as `events.ts` has it

/** A turn in any of the forms that have them. */
interface Turn {
  readonly speaker?: string | undefined;
  readonly text: string;
}

type Who = Pick<NameErasure, 'name' | 'mentions'> & Partial<Pick<NameErasure, 'as'>>;

/** How texts read without a name. */
export interface Without {
  /** A line that may name the person. */
  line(text: string): string;
  text(text: string): string;
  /** Turns: what the person says is gone. */
  turns<T extends Turn>(turns: readonly T[]): T[];
  /** Whether the person says one of them. */
  says(turns: readonly Turn[]): boolean;
  /** In how many places others name the person. */
  count(...texts: readonly (string | undefined)[]): number;
}

/** For one person. */
export function withoutName({ name, as = GONE, mentions }: Who): Without {
  const found: Sought = sought(name);
  const isTheirs = ({ speaker }: Turn): boolean => isCalled(speaker, name);
  const said = (text: string, most: number): string => (mentions ? found.without(text, as, most) : text);
  return {
    line: (text) => said(text, NAME),
    text: (text) => said(text, TEXT),
    turns: (turns) =>
      turns.map((turn) => (isTheirs(turn) ? { ...turn, speaker: as, text: GONE } : { ...turn, text: said(turn.text, TEXT) })),
    says: (turns) => turns.some(isTheirs),
    count: (...texts) => (mentions ? texts.reduce((sum, text) => sum + (text === undefined ? 0 : found.count(text)), 0) : 0),
  };
}

/** Whether an item to rate is about what the person says, or about a film that is gone: nothing of its texts stays. */
export function restsOn({ utterance, turns = [], clip }: RatedItem, { name, files }: Pick<NameErasure, 'name' | 'files'>): boolean {
  const own = turns.find(({ number }) => number === utterance) ?? turns.at(-1);
  return isCalled(own?.speaker, name) || (clip !== undefined && files.includes(clip));
}

/** An item to rate. What stands before it as text may quote any turn, so it goes where the person has one. */
function unrated(item: RatedItem, erasure: NameErasure, without: Without): RatedItem {
  const { turns, texts, context } = item;
  const rests = restsOn(item, erasure);
  const quotes = rests || (turns !== undefined && without.says(turns));
  return {
    ...item,
    context: quotes ? GONE : without.text(spoken(context, erasure)),
    ...(turns === undefined ? {} : { turns: without.turns(turns) }),
    texts: texts.map(({ system, text }) => ({ system, text: rests ? GONE : without.text(text) })),
  };
}

/** Whether an item has nothing left that could be rated. */
export const isEmptied = ({ texts }: RatedItem): boolean => texts.every(({ text }) => text === GONE);

/** A dialogue as lines `Name: words`, without what the person says. */
const spoken = (text: string, { name, as }: Pick<NameErasure, 'name' | 'as'>): string =>
  text
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(':');
      return colon > 0 && isCalled(line.slice(0, colon), name) ? `${as}: ${GONE}` : line;
    })
    .join('\n');

/**
 * An event as it reads after an erasure: the person is the pseudonym, what the person says is gone, and the name, where it was asked for, from all that others
 * say and call things in the project. Folding what this gives leads to the same state.
 */
export function unnamed(erasure: NameErasure): (event: ServerEvent) => ServerEvent {
  const { project, name, as, dialogues } = erasure;
  const without = withoutName(erasure);
  const changes: { readonly [T in ServerEvent['type']]?: (event: ServerEventOf<T>) => ServerEventOf<T> } = {
    'project-made': ({ exception, ...event }) => ({
      ...event,
      title: without.line(event.title),
      ...(exception && { exception: { ...exception, reason: without.text(exception.reason) } }),
    }),
    'upload-begun': (event) => ({ ...event, name: without.line(event.name) }),
    'set-begun': (event) => ({ ...event, name: without.line(event.name) }),
    'gate-calibrated': (event) => ({ ...event, name: without.line(event.name) }),
    'dialogue-added': (event) => ({ ...event, name: without.line(event.name), utterances: without.turns(event.utterances) }),
    'dialogue-changed': (event) => ({ ...event, utterances: without.turns(event.utterances) }),
    'study-opened': (event) => ({
      ...event,
      title: without.line(event.title),
      items: event.items.map((item) => unrated(item, erasure, without)),
    }),
    'name-erased': (event) => (isCalled(event.name, name) ? { ...event, name: as } : event),
  };
  const isOfProject = (event: ServerEvent): boolean =>
    'project' in event ? event.project === project : event.type === 'dialogue-changed' && dialogues.includes(event.dialogue);
  return (event) => {
    const change = changes[event.type] as ((event: ServerEvent) => ServerEvent) | undefined;
    return change === undefined || !isOfProject(event) ? event : change(event);
  };
}
