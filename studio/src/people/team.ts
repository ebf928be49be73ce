/** Accounts and members, for owners. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { MemberRole, Role } from '../../../src/server/events.ts';
import { api, newKey, ok } from '../api.ts';
import { useRefreshProjects } from '../projects/project.ts';

export type { MemberRole };

const MEMBER_ROLES = ['annotator', 'voter', 'rater', 'viewer'] as const satisfies readonly MemberRole[];

/** What each role may do. */
export const ROLES: readonly (readonly [Role, about: string])[] = [
  ['annotator', 'writes drafts, sends films and dialogues, asks for explanations'],
  ['voter', 'votes on pairs of drafts'],
  ['rater', 'rates texts without knowing who wrote them'],
  ['viewer', 'reads, and asks for explanations'],
  ['owner', 'does everything, and lets others in'],
];

/** Somebody who can log in. */
export interface AccountShown {
  readonly account: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly closed: boolean;
}

const KEY = ['accounts'] as const;

/** Accounts that are not closed. */
export const useAccounts = (enabled = true) =>
  useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<readonly AccountShown[]> => ok(api.accounts.$get()),
    select: (all) => all.filter(({ closed }) => !closed),
    enabled,
  });

/** What an account can be in a project: what it may do at all. */
export const memberRolesOf = ({ roles }: Pick<AccountShown, 'roles'>): MemberRole[] => MEMBER_ROLES.filter((role) => roles.includes(role));

/** Lets somebody into a project with these roles; with none, keeps the person out. */
export function useSetMember(project: string) {
  const refresh = useRefreshProjects();
  return async (account: string, roles: readonly MemberRole[]) => {
    const at = api.projects[':project'].members[':account'];
    const param = { project, account };
    await (roles.length === 0
      ? ok(at.$delete({ header: newKey(), param }))
      : ok(at.$put({ header: newKey(), param, json: { roles: [...roles] } })));
    await refresh();
  };
}

/** Invites somebody to this place. The word opens it once. */
export function useInvite() {
  const client = useQueryClient();
  return async (account: string, roles: readonly Role[]): Promise<{ readonly token: string; readonly until: string }> => {
    const made = await ok(api.accounts.invitations.$post({ header: newKey(), json: { account, roles: [...roles] } }));
    await client.invalidateQueries({ queryKey: KEY });
    return made;
  };
}
