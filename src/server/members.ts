/** Who may enter which project. Whoever may not is told what is told of a project that is not there. */
import { FameError } from '../base/errors.ts';
import { unknown } from './context.ts';
import type { MemberRole, Role } from './events.ts';
import type { Account, Project, State } from './state.ts';

/** Who asks. */
export type Asker = Pick<Account, 'id' | 'roles'>;

const isOwner = ({ roles }: Asker): boolean => roles.includes('owner');

/** Owners may enter every project, members theirs, and everybody those that never had a member. */
export function mayEnter(project: Project | undefined, who: Asker): boolean {
  return project !== undefined && (isOwner(who) || project.members === undefined || project.members.has(who.id));
}

/** What somebody may do in a project: what the account may do anywhere, where the project's members have no roles; else what both say. */
export function rolesIn({ members }: Project, who: Asker): readonly Role[] {
  if (isOwner(who) || members === undefined) return who.roles;
  const own: readonly Role[] = members.get(who.id) ?? [];
  return who.roles.filter((role) => own.includes(role));
}

/**
 * The project of an id, for somebody who may enter it and, where roles are named, has one of them there; owners have all.
 * Throws SERVER_UNKNOWN, and SERVER_ROLE for a member with another role.
 */
export function projectOf({ projects }: Pick<State, 'projects'>, id: string, who: Asker, ...roles: readonly MemberRole[]): Project {
  const project = projects.get(id);
  if (project === undefined || !mayEnter(project, who)) throw unknown('project', id);
  const own = rolesIn(project, who);
  if (roles.length === 0 || own.includes('owner') || own.some((role) => (roles as readonly Role[]).includes(role))) return project;
  throw new FameError('SERVER_ROLE', 'This is not for people with your role in the project', {
    at: id,
    expected: roles.join(', '),
    got: own.join(', ') || 'none',
    fix: 'ask an owner',
  });
}

/** What lies in projects that somebody may enter. */
export function entered<T extends { readonly project: string }>(state: Pick<State, 'projects'>, things: Iterable<T>, who: Asker): T[] {
  return [...things].filter(({ project }) => mayEnter(state.projects.get(project), who));
}
