import { Link, Route, Switch, useRoute } from 'wouter';
import { may, useMe } from '../people/session.ts';
import { NoProject } from '../projects/none.tsx';
import { useProject } from '../projects/project.ts';
import './data.css';
import { DataSet } from './dataset.tsx';
import { Sets } from './sets.tsx';
import { Setup } from './setup.tsx';

/** The Data view: data sets, what is wrong with them and what can be counted of them, and new campaigns. */
export function View() {
  const { project } = useProject();
  const owner = may(useMe());
  if (project === undefined) return <NoProject />;
  return (
    <div className="data">
      <nav className="data-nav" aria-label="Data">
        <Tab to="/">Data sets</Tab>
        {owner && <Tab to="/campaign">New campaign</Tab>}
      </nav>
      <Switch>
        <Route path="/">
          <Sets key={project.project} project={project} />
        </Route>
        {owner && (
          <Route path="/campaign">
            <Setup key={project.project} project={project} />
          </Route>
        )}
        <Route path="/:dataset/:page?">
          {({ dataset, page }: { readonly dataset: string; readonly page?: string }) => (
            <DataSet key={dataset} id={dataset} page={page === 'statistics' ? 'statistics' : 'findings'} />
          )}
        </Route>
      </Switch>
    </div>
  );
}

function Tab({ to, children }: { readonly to: string; readonly children: string }) {
  const [here] = useRoute(to);
  return (
    <Link href={to} aria-current={here ? 'page' : undefined}>
      {children}
    </Link>
  );
}
