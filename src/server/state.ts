/** What the server's log adds up to. */
import type { Folding } from '../store/index.ts';
import type { MemberRole, Role, Scores, ServerEvent, ServerEventOf } from './events.ts';
import type { Decision } from './findings.ts';
import { type Erasure, forgotten } from './forgotten.ts';
import type { Problem } from './problem.ts';
import { type NameErasure, unnamed } from './unnamed.ts';

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

export type Project = Omit<ServerEventOf<'project-made'>, 'type' | 'id' | 'members'> & {
  /** What each member may do there; undefined: everybody with an account may enter. */
  readonly members: ReadonlyMap<string, readonly MemberRole[]> | undefined;
};
export type Talk = Omit<ServerEventOf<'dialogue-added'>, 'type' | 'id'> & {
  /** How many transcripts it has had, from 1. */
  readonly version: number;
};
/** A gate that was tried. */
export type KeptCalibration = Omit<ServerEventOf<'gate-calibrated'>, 'type' | 'calibration'>;
/** A data set that is being sent, or is there. */
export interface StoredSet {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly by: string;
  readonly at: string;
  readonly bytes: number;
  /** Absent while bytes are missing. */
  readonly received?: Pick<ServerEventOf<'set-received'>, 'at' | 'sha256' | 'kind' | 'entries' | 'pairs'>;
  /** Absent where the doctor has not looked at it. */
  readonly examined?: Pick<ServerEventOf<'set-examined'>, 'at' | 'counts'>;
  /** What people made of the doctor's findings, by their ids. */
  readonly decisions: ReadonlyMap<string, Decision>;
}

/** A study with its ratings by `[rater, item, system]` as JSON; a later one takes the place of an earlier. */
export type Study = Omit<ServerEventOf<'study-opened'>, 'type' | 'id'> & {
  readonly ratings: ReadonlyMap<
    string,
    { readonly rater: string; readonly item: string; readonly system: string; readonly scores: Scores }
  >;
};

/** An explanation that was asked for, and how it ended; absent of one that goes on, or that ended with a server that was killed. */
export type KeptExplanation = Omit<ServerEventOf<'explanation-asked'>, 'type' | 'job'> & {
  readonly over?: Pick<ServerEventOf<'explanation-over'>, 'state' | 'result'> & { readonly problem?: Problem };
};

/** All of it. Maps are in the order in which things came. */
export interface State {
  readonly accounts: ReadonlyMap<string, Account>;
  /** By the digest of the word. */
  readonly invitations: ReadonlyMap<string, Invitation>;
  readonly projects: ReadonlyMap<string, Project>;
  readonly files: ReadonlyMap<string, Stored>;
  readonly dialogues: ReadonlyMap<string, Talk>;
  readonly sets: ReadonlyMap<string, StoredSet>;
  readonly calibrations: ReadonlyMap<string, KeptCalibration>;
  readonly studies: ReadonlyMap<string, Study>;
  readonly explanations: ReadonlyMap<string, KeptExplanation>;
  /** People who are to be forgotten on the disk, too, by the id of the event. */
  readonly erasures: ReadonlyMap<string, Erasure>;
  /** The same of people who have no account. */
  readonly namings: ReadonlyMap<string, NameErasure>;
  /** Projects of the campaigns that were opened with what they have. */
  readonly campaigns: ReadonlyMap<string, string>;
  /** Of all events: what makes a repeated write harmless. */
  readonly events: ReadonlyMap<string, ServerEvent>;
}

type Growing = { -readonly [K in keyof State]: State[K] extends ReadonlyMap<infer A, infer B> ? Map<A, B> : never };

/** What each type of event changes. */
const CHANGES: { readonly [T in ServerEvent['type']]: (state: Growing, event: ServerEventOf<T>) => void } = {
  invited: ({ invitations }, { account, roles, token, until }) => void invitations.set(token, { account, roles, until }),
  joined({ accounts, invitations, events }, { account, name, password, token }) {
    // Tickets of somebody who had the id before, and was erased, have another epoch.

    const { roles } = invitations.get(token)!;
    accounts.set(account, { id: account, name, roles, password, epoch: events.size, closed: false });
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
  'person-erased'(state, event) {
    const { account, as, texts } = event;
    if (account !== as) {
      foldAnew(state, (one) => forgotten(one, event));
      state.erasures.set(event.id, { account, as, texts });
    }
    const known = state.accounts.get(as);
    if (known !== undefined) state.accounts.set(as, { id: as, name: as, roles: known.roles, closed: true, epoch: known.epoch + 1 });
    for (const [word, invitation] of state.invitations) if (invitation.account === as) state.invitations.delete(word);
  },
  'erasure-finished'({ erasures, namings }, { erasure }) {
    erasures.delete(erasure);
    namings.delete(erasure);
  },
  'name-erased'(state, event) {
    const { project, name, as, mentions, dialogues, files, sets, campaigns } = event;
    if (name !== as) foldAnew(state, unnamed(event));
    state.namings.set(event.id, { project, name, as, mentions, dialogues, files, sets, campaigns });
  },
  'campaign-set-up': ({ campaigns }, { campaign, project }) => void campaigns.set(campaign, project),
  'project-made'({ projects }, { type: _, id: __, members, ...project }) {
    const roles = members && new Map(members.map((member) => [member.account, member.roles]));
    projects.set(project.project, { ...project, members: roles });
  },
  'member-set'({ projects }, { project, account, roles }) {
    const before = projects.get(project)!;
    projects.set(project, { ...before, members: new Map([...(before.members ?? []), [account, roles]]) });
  },
  'member-removed'({ projects }, { project, account }) {
    const before = projects.get(project)!;
    projects.set(project, { ...before, members: new Map([...(before.members ?? [])].filter(([member]) => member !== account)) });
  },
  'upload-begun': ({ files }, { file, project, name, by, bytes }) => void files.set(file, { id: file, project, name, by, bytes }),
  'file-received'({ files }, { type: _, id: __, by: ___, file, ...received }) {
    files.set(file, { ...files.get(file)!, received });
  },
  'file-removed'({ files, explanations }, { file }) {
    files.delete(file);
    for (const [job, { question }] of explanations) if (question.file === file) explanations.delete(job);
  },
  'dialogue-added': ({ dialogues }, { type: _, id: __, ...talk }) => void dialogues.set(talk.dialogue, { ...talk, version: 1 }),
  'dialogue-changed'({ dialogues }, { dialogue, version, utterances }) {
    const before = dialogues.get(dialogue);
    if (before !== undefined) dialogues.set(dialogue, { ...before, utterances, version: version + 1 });
  },
  'dialogue-removed'({ dialogues, explanations }, { dialogue }) {
    dialogues.delete(dialogue);
    for (const [job, asked] of explanations) if (asked.dialogue === dialogue) explanations.delete(job);
  },
  'set-begun': ({ sets }, { dataset, project, name, by, at, bytes }) =>
    void sets.set(dataset, { id: dataset, project, name, by, at, bytes, decisions: new Map() }),
  'set-received'({ sets }, { dataset, at, sha256, kind, entries, pairs }) {
    sets.set(dataset, { ...sets.get(dataset)!, received: { at, sha256, kind, entries, pairs } });
  },
  'set-removed': ({ sets }, { dataset }) => void sets.delete(dataset),
  'set-examined'({ sets }, { dataset, at, counts }) {
    const before = sets.get(dataset);
    if (before !== undefined) sets.set(dataset, { ...before, examined: { at, counts } });
  },
  'gate-calibrated': ({ calibrations }, { type: _, calibration, ...tried }) =>
    void calibrations.set(calibration, { ...tried, id: calibration }),
  'findings-decided'({ sets }, { dataset, findings, decision }) {
    // The map grows in place, as ratings do.
    const decisions = sets.get(dataset)!.decisions as Map<string, Decision>;
    for (const finding of findings) {
      if (decision === 'open') decisions.delete(finding);
      else decisions.set(finding, decision);
    }
  },
  'explanation-asked': ({ explanations }, { type: _, job: __, ...asked }) => void explanations.set(asked.id, asked),
  'explanation-over'({ explanations }, { job, state, result, problem }) {
    const before = explanations.get(job);
    if (before === undefined) return; // forgotten meanwhile
    const over = { state, ...(result && { result }), ...(problem && { problem: problem as unknown as Problem }) };
    explanations.set(job, { ...before, over });
  },
  'explanation-removed': ({ explanations }, { job }) => void explanations.delete(job),
  'study-opened': ({ studies }, { type: _, id: __, ...study }) => void studies.set(study.study, { ...study, ratings: new Map() }),
  rated({ studies }, { study, item, system, by, scores }) {
    // The map grows in place: a copy for each rating would make a study of many slow.
    const ratings = studies.get(study)!.ratings as Map<string, { rater: string; item: string; system: string; scores: Scores }>;
    ratings.set(JSON.stringify([by, item, system]), { rater: by, item, system, scores });
  },
};

function put(state: Growing, event: ServerEvent): void {
  if (state.events.has(event.id)) return;
  (CHANGES[event.type] as (state: Growing, event: ServerEvent) => void)(state, event);
  state.events.set(event.id, ownNamesOut(event));
}

/** An erasure without whom it is about: that stands, until it is finished, in a place of its own. */
function ownNamesOut(event: ServerEvent): ServerEvent {
  if (event.type === 'person-erased') return forgotten(event, event);
  return event.type === 'name-erased' ? { ...event, name: event.as } : event;
}

/** Folds all again as if what was erased had never been there; what is to be forgotten on the disk is not forgotten by that. */
function foldAnew(state: Growing, without: (event: ServerEvent) => ServerEvent): void {
  const before = [...state.events.values()];
  const unfinished = { erasures: [...state.erasures], namings: [...state.namings] };
  for (const map of Object.values(state)) map.clear();
  for (const one of before) put(state, without(one));
  for (const [id, erasure] of unfinished.erasures) state.erasures.set(id, erasure);
  for (const [id, erasure] of unfinished.namings) state.namings.set(id, erasure);
}

/** A state that grows with its events, as the desk of a store wants it. */
export function serverFolding(): Folding<State, ServerEvent> {
  const state: Growing = {
    accounts: new Map(),
    invitations: new Map(),
    projects: new Map(),
    files: new Map(),
    dialogues: new Map(),
    sets: new Map(),
    calibrations: new Map(),
    studies: new Map(),
    explanations: new Map(),
    erasures: new Map(),
    namings: new Map(),
    campaigns: new Map(),
    events: new Map(),
  };
  return {
    state,
    add: (event) => put(state, event),
  };
}
