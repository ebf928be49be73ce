import { Link, Route, Switch, useRoute } from 'wouter';
import { may, useMe } from '../people/session.ts';
import { NoProject } from '../projects/none.tsx';
import { useProject } from '../projects/project.ts';
import { Campaigns } from './campaigns.tsx';
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
        {owner && <Tab to="/campaigns">Campaigns</Tab>}
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
        {owner && (
          <Route path="/campaigns/:campaign?">
            {({ campaign }: { readonly campaign?: string }) => (
              <Campaigns campaign={campaign === undefined ? undefined : decoded(campaign)} />
            )}
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

/** An id as it stands in an address. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Tab({ to, children }: { readonly to: string; readonly children: string }) {
  const [here] = useRoute(to === '/campaigns' ? '/campaigns/:campaign?' : to); // one of them is counted below it
  return (
    <Link href={to} aria-current={here ? 'page' : undefined}>
      {children}
    </Link>
  );
}
