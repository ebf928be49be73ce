import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Role } from '../../src/server/events.ts';

/** A view of the studio: its address, and who sees it. */
export interface View {
  readonly path: `/${string}`;
  readonly label: string;
  /** One line for the help and for those who hover. */
  readonly about: string;
  /** Key that goes there: Alt with a digit alone belongs to the browser on some machines. */
  readonly key: string;
  /** Who may see it; owners always. */
  readonly roles: readonly Role[];
  readonly component: LazyExoticComponent<ComponentType>;
}

/** The views, in the order of the header. A view is a folder whose index.tsx exports `View`. Its path stands in src/server/pages.ts, too. */
export const VIEWS: readonly View[] = [
  {
    path: '/explain',
    label: 'Explain',
    about: 'Watch a conversation and see why the model says what it says',
    key: 'Alt+Shift+1',
    roles: ['annotator', 'viewer'],
    component: lazy(() => import('./explain/index.tsx').then(({ View }) => ({ default: View }))),
  },
  {
    path: '/annotate',
    label: 'Annotate',
    about: 'Write causes, vote and discuss by the protocol',
    key: 'Alt+Shift+2',
    roles: ['annotator', 'voter'],
    component: lazy(() => import('./annotate/index.tsx').then(({ View }) => ({ default: View }))),
  },
  {
    path: '/rate',
    label: 'Rate',
    about: 'Judge explanations without knowing who wrote them',
    key: 'Alt+Shift+3',
    roles: ['rater'],
    component: lazy(() => import('./rate/index.tsx').then(({ View }) => ({ default: View }))),
  },
  {
    path: '/data',
    label: 'Data',
    about: 'Data sets, what is wrong with them, and new campaigns',
    key: 'Alt+Shift+4',
    roles: ['viewer'],
    component: lazy(() => import('./data/index.tsx').then(({ View }) => ({ default: View }))),
  },
];
