import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Erased } from '../../../src/server/erasures.ts';
import { api, ok } from '../api.ts';

/** Erasures of a project, the latest first; nobody's name. */
export const useErasures = (project: string) =>
  useQuery({
    queryKey: ['erasures', project],
    queryFn: async () => (await ok(api.projects[':project'].erasures.$get({ param: { project } }))) as readonly Erased[],
  });

/** Forgets all that was fetched: whatever is on the screen may still name who is gone. */
export function useEverything() {
  const client = useQueryClient();
  return () => client.invalidateQueries();
}
