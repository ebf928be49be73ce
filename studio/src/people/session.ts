import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Role } from '../../../src/server/events.ts';
import { api, ok, ProblemError } from '../api.ts';

/** Who is logged in. */
export interface Me {
  readonly account: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly mode: 'local' | 'team';
}

export const SESSION_KEY = ['session'] as const;

/** Asks who is logged in; null is nobody. */
export const useSession = () =>
  useQuery({
    queryKey: SESSION_KEY,
    queryFn: async (): Promise<Me | null> =>
      ok(api.session.$get()).catch((error) => {
        if (error instanceof ProblemError && error.problem.status === 401) return null;
        throw error;
      }),
    staleTime: 60_000,
  });

/** Tells all views that somebody else, or nobody, is logged in now. What was fetched for the one before is forgotten. */
export function useSetSession() {
  const client = useQueryClient();
  return (me: Me | null): void => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    client.setQueryData(SESSION_KEY, me);
  };
}

export const MeContext = createContext<Me | undefined>(undefined);

/** Who is logged in, below the shell. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === undefined) throw new Error('useMe outside of the shell');
  return me;
}

/** Whether somebody has one of these roles; owners have all. */
export const may = (me: Me, ...roles: readonly Role[]): boolean => me.roles.some((role) => role === 'owner' || roles.includes(role));
