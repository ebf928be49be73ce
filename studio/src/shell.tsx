import { Suspense, useEffect, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { type Action, action, useActions } from './actions.ts';
import { api, newKey, ok } from './api.ts';
import { Boundary } from './boundary.tsx';
import { Help } from './help.tsx';
import { Notices } from './notices-list.tsx';
import { PostState } from './outbox/post-state.tsx';
import { People } from './people/people.tsx';
import { type Me, MeContext, may, useSetSession } from './people/session.ts';
import { Erase } from './projects/erase.tsx';
import { ProjectMenu } from './projects/menu.tsx';
import { NewProject } from './projects/new.tsx';
import { Notice } from './projects/notice.tsx';
import { chosenOf, ProjectContext, remember, useProjects } from './projects/project.ts';
import { chooseTheme, THEMES, type Theme, useTheme } from './theme.ts';
import { Button, Does, Empty, Problem, Progress } from './ui/index.ts';
import { VIEWS, type View } from './views.ts';

type Open = 'help' | 'project' | 'notice' | 'people' | 'erase' | undefined;

interface ShellState {
  readonly me: Me;
  readonly open: (what: Open) => void;
  readonly go: (path: string) => void;
  readonly project: string | undefined;
  readonly signOut: () => Promise<void>;
  readonly theme: Theme;
}

const goTo = ({ path, label, key, roles }: View): Action<ShellState> => ({
  id: `go${path}`,
  label: `Go to ${label}`,
  keys: [key],
  group: 'Everywhere',
  whileTyping: true,
  enabled: ({ me }) => may(me, ...roles),
  perform: ({ go }) => go(path),
});

const ACTIONS = {
  help: action<ShellState>({ id: 'help', label: 'Keys and help', keys: ['?'], group: 'Everywhere', perform: ({ open }) => open('help') }),
  newProject: action<ShellState>({
    id: 'new-project',
    label: 'New project',
    group: 'Everywhere',
    enabled: ({ me }) => may(me),
    perform: ({ open }) => open('project'),
  }),
  notice: action<ShellState>({
    id: 'notice',
    label: 'Notice to print',
    group: 'Everywhere',
    enabled: ({ project }) => project !== undefined,
    perform: ({ open }) => open('notice'),
  }),
  people: action<ShellState>({
    id: 'people',
    label: 'People and members',
    group: 'Everywhere',
    enabled: ({ me }) => me.mode === 'team' && may(me),
    perform: ({ open }) => open('people'),
  }),
  erase: action<ShellState>({
    id: 'erase',
    label: 'Erase a person',
    group: 'Everywhere',
    enabled: ({ me, project }) => may(me) && project !== undefined,
    perform: ({ open }) => open('erase'),
  }),
  theme: action<ShellState>({
    id: 'theme',
    label: 'Switch between light and dark',
    keys: ['Alt+Shift+t'],
    group: 'Everywhere',
    whileTyping: true,
    perform: ({ theme }) => chooseTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!),
  }),
  signOut: action<ShellState>({
    id: 'sign-out',
    label: 'Log out',
    group: 'Everywhere',
    enabled: ({ me }) => me.mode === 'team',
    perform: ({ signOut }) => signOut(),
  }),
  ...Object.fromEntries(VIEWS.map((view) => [view.path, goTo(view)])),
} as const;

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: '◐ Auto', light: '☀ Light', dark: '☾ Dark' };

/** Header, views, and what is the same in all of them. */
export function Shell({ me }: { readonly me: Me }) {
  const [at, go] = useLocation();
  const [open, setOpen] = useState<Open>();
  const [chosen, setChosen] = useState<string>();
  const theme = useTheme();
  const setSession = useSetSession();
  const projects = useProjects();
  const project = projects.data && chosenOf(projects.data, chosen);
  const choose = (id: string) => {
    remember(id);
    setChosen(id);
  };
  const signOut = async () => {
    await ok(api.session.$delete({ header: newKey() }));
    setSession(null);
    go('/', { replace: true });
  };
  const does = useActions<ShellState, typeof ACTIONS>(ACTIONS, { me, open: setOpen, go, project: project?.project, signOut, theme });
  const views = VIEWS.filter(({ roles }) => may(me, ...roles));
  const here = views.find(({ path }) => at === path || at.startsWith(`${path}/`));
  useEffect(() => {
    document.title = here === undefined ? 'famenet studio' : `${here.label} · famenet studio`;
  }, [here]);
  return (
    <MeContext value={me}>
      <ProjectContext value={{ project, choose, create: () => setOpen('project') }}>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <header className="shell-head">
          <Link href="/" className="brand" aria-label="famenet studio, first view">
            <img src="/icon.svg" alt="" width="24" height="24" /> <span className="brand-name">famenet</span>
          </Link>
          <nav aria-label="Views">
            {views.map(({ path, label, about }) => (
              <Link key={path} href={path} title={about} aria-current={here?.path === path ? 'page' : undefined}>
                {label}
              </Link>
            ))}
          </nav>
          <div className="shell-tools">
            <PostState />
            {projects.data !== undefined && projects.data.length > 0 && (
              <label className="project-switch">
                <span className="unseen">Project</span>
                <select value={project?.project} onChange={({ target }) => choose(target.value)} title="Project">
                  {projects.data.map(({ project: id, title, textOnly }) => (
                    <option key={id} value={id}>
                      {title}
                      {textOnly ? ' (words only)' : ''}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {does.notice.enabled && (
              <Does of={does.notice} look="quiet">
                Notice
              </Does>
            )}
            {may(me) && <ProjectMenu of={[does.newProject, ...(me.mode === 'team' ? [does.people] : []), does.erase]} />}
            <Does of={does.theme} look="quiet" keys={false}>
              <span className="unseen">Light or dark: </span>
              {THEME_NAMES[theme]}
            </Does>
            <Does of={does.help} look="quiet" keys={false}>
              <span className="unseen">Keys and help</span>
              <span aria-hidden="true">?</span>
            </Does>
            {me.mode === 'team' ? (
              <span className="me">
                <span title={me.roles.join(', ')}>{me.name}</span>
                <Does of={does.signOut} look="quiet" />
              </span>
            ) : (
              <span className="me" title="No accounts: whoever is at this machine is the owner">
                This machine
              </span>
            )}
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          {projects.error !== null ? (
            <Problem error={projects.error} tools={<Button onClick={() => void projects.refetch()}>Try again</Button>} />
          ) : projects.data === undefined ? (
            <Progress label="Opening" />
          ) : (
            <Boundary key={`${here?.path} ${project?.project}`}>
              <Suspense fallback={<Progress label="Opening" />}>
                <Switch>
                  {views.map(({ path, component: Component }) => (
                    <Route key={path} path={path} nest>
                      <Component />
                    </Route>
                  ))}
                  <Route path="/">{views[0] === undefined ? <NoViews /> : <Redirect to={views[0].path} replace />}</Route>
                  <Route>
                    <Empty title="There is nothing under this address" actions={<Link href="/">Go to the first view</Link>} />
                  </Route>
                </Switch>
              </Suspense>
            </Boundary>
          )}
        </main>
        <Notices />
        {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
        {open === 'project' && (
          <NewProject
            onClose={() => setOpen(undefined)}
            onMade={(id) => {
              choose(id);
              setOpen(undefined);
            }}
          />
        )}
        {open === 'people' && <People project={project} onClose={() => setOpen(undefined)} />}
        {open === 'erase' && project !== undefined && <Erase project={project} onClose={() => setOpen(undefined)} />}
        {open === 'notice' && project !== undefined && <Notice project={project.project} onClose={() => setOpen(undefined)} />}
      </ProjectContext>
    </MeContext>
  );
}

function NoViews() {
  return (
    <Empty title="There is nothing for you to do here yet">
      <p>Your account has no role that opens a view. Ask an owner.</p>
    </Empty>
  );
}
