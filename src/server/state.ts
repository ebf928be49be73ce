/** What the server's log adds up to. */
import type { Folding } from '../store/index.ts';
import type { Role, Scores, ServerEvent, ServerEventOf } from './events.ts';

/** Somebody who can log in. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** See `password.ts`; absent of the one person of the local mode. */
  readonly password?: string;
  /** Tickets of an earlier one are void. */
  readonly epoch: number;
  readonly closed: boolean;
}

/** A way in that was not taken yet. */
export interface Invitation {
  readonly account: string;
  readonly roles: readonly Role[];
  readonly until: string;
}

/** A file that is being sent, or is there. */
export interface Stored {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly by: string;
  readonly bytes: number;
  /** Absent while bytes are missing. */
  readonly received?: Omit<ServerEventOf<'file-received'>, 'type' | 'id' | 'file' | 'by'>;
}

export type Project = Omit<ServerEventOf<'project-made'>, 'type' | 'id'>;
export type Talk = Omit<ServerEventOf<'dialogue-added'>, 'type' | 'id'>;
/** A study with its ratings by `[rater, item, system]` as JSON; a later one takes the place of an earlier. */
export type Study = Omit<ServerEventOf<'study-opened'>, 'type' | 'id'> & {
  readonly ratings: ReadonlyMap<
    string,
    { readonly rater: string; readonly item: string; readonly system: string; readonly scores: Scores }
  >;
};

/** All of it. Maps are in the order in which things came. */
export interface State {
  readonly accounts: ReadonlyMap<string, Account>;
  /** By the digest of the word. */
  readonly invitations: ReadonlyMap<string, Invitation>;
  readonly projects: ReadonlyMap<string, Project>;
  readonly files: ReadonlyMap<string, Stored>;
  readonly dialogues: ReadonlyMap<string, Talk>;
  readonly studies: ReadonlyMap<string, Study>;
  /** Of all events: what makes a repeated write harmless. */
  readonly events: ReadonlyMap<string, ServerEvent>;
}

type Growing = { -readonly [K in keyof State]: State[K] extends ReadonlyMap<infer A, infer B> ? Map<A, B> : never };

/** What each type of event changes. */
const CHANGES: { readonly [T in ServerEvent['type']]: (state: Growing, event: ServerEventOf<T>) => void } = {
  invited: ({ invitations }, { account, roles, token, until }) => void invitations.set(token, { account, roles, until }),
  joined({ accounts, invitations }, { account, name, password, token }) {
    const { roles } = invitations.get(token)!;
    const epoch = (accounts.get(account)?.epoch ?? -1) + 1;
    accounts.set(account, { id: account, name, roles, password, epoch, closed: false });
    for (const [word, invitation] of invitations) if (invitation.account === account) invitations.delete(word);
  },
  'roles-changed': ({ accounts }, { account, roles }) => void accounts.set(account, { ...accounts.get(account)!, roles }),
  'signed-out'({ accounts }, { account }) {
    const before = accounts.get(account)!;
    accounts.set(account, { ...before, epoch: before.epoch + 1 });
  },
  'account-closed'({ accounts, invitations }, { account }) {
    const { password: _, ...before } = accounts.get(account)!;
    accounts.set(account, { ...before, name: account, closed: true, epoch: before.epoch + 1 });
    for (const [word, invitation] of invitations) if (invitation.account === account) invitations.delete(word);
  },
  'project-made': ({ projects }, { type: _, id: __, ...project }) => void projects.set(project.project, project),
  'upload-begun': ({ files }, { file, project, name, by, bytes }) => void files.set(file, { id: file, project, name, by, bytes }),
  'file-received'({ files }, { type: _, id: __, by: ___, file, ...received }) {
    files.set(file, { ...files.get(file)!, received });
  },
  'file-removed': ({ files }, { file }) => void files.delete(file),
  'dialogue-added': ({ dialogues }, { type: _, id: __, ...talk }) => void dialogues.set(talk.dialogue, talk),
  'dialogue-removed': ({ dialogues }, { dialogue }) => void dialogues.delete(dialogue),
  'study-opened': ({ studies }, { type: _, id: __, ...study }) => void studies.set(study.study, { ...study, ratings: new Map() }),
  rated({ studies }, { study, item, system, by, scores }) {
    // The map grows in place: a copy for each rating would make a study of many slow.
    const ratings = studies.get(study)!.ratings as Map<string, { rater: string; item: string; system: string; scores: Scores }>;
    ratings.set(JSON.stringify([by, item, system]), { rater: by, item, system, scores });
  },
};

/** A state that grows with its events, as the desk of a store wants it. */
export function serverFolding(): Folding<State, ServerEvent> {
  const state: Growing = {
    accounts: new Map(),
    invitations: new Map(),
    projects: new Map(),
    files: new Map(),
    dialogues: new Map(),
    studies: new Map(),
    events: new Map(),
  };
  return {
    state,
    add(event) {
      if (state.events.has(event.id)) return;
      (CHANGES[event.type] as (state: Growing, event: ServerEvent) => void)(state, event);
      state.events.set(event.id, event);
    },
  };
}
