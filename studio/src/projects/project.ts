import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { MemberRole, Purpose } from '../../../src/server/events.ts';
import { api, ok } from '../api.ts';

/** A project as the server tells of it. */
export interface Project {
  readonly project: string;
  readonly title: string;
  readonly purpose: Purpose;
  readonly exception?: { readonly ground: 'medical' | 'safety'; readonly reason: string } | undefined;
  readonly textOnly: boolean;
  /** Whether everybody with an account may enter. */
  readonly open: boolean;
  /** For owners. */
  readonly members?: readonly { readonly account: string; readonly roles: readonly MemberRole[] }[] | undefined;
}

const KEY = ['projects'] as const;
const CHOSEN = 'famenet.project';

/** All projects that one may see. */
export const useProjects = () => useQuery({ queryKey: KEY, queryFn: (): Promise<readonly Project[]> => ok(api.projects.$get()) });

/** Fetches them again. */
export function useRefreshProjects() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: KEY });
}

/** The one that was chosen last on this machine, else the newest. */
export function chosenOf(projects: readonly Project[], id = localStorage.getItem(CHOSEN)): Project | undefined {
  return projects.find(({ project }) => project === id) ?? projects.at(-1);
}

/** Remembers a choice. */
export const remember = (id: string): void => localStorage.setItem(CHOSEN, id);

export const ProjectContext = createContext<{
  readonly project: Project | undefined;
  readonly choose: (id: string) => void;
  readonly create: () => void;
}>({
  project: undefined,
  choose: () => {},
  create: () => {},
});

/** The project that all views are about; undefined where there is none yet. `create` opens the form for a new one. */
export const useProject = () => useContext(ProjectContext);
