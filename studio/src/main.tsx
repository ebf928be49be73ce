import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Route, Switch } from 'wouter';
import { listenToKeys } from './actions.ts';
import { ProblemError } from './api.ts';
import { Join } from './people/join.tsx';
import { Login } from './people/login.tsx';
import { SESSION_KEY, useSession } from './people/session.ts';
import { Shell } from './shell.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/ui.css';
import './style/shell.css';
import './theme.ts';
import { Button, Problem, Progress } from './ui/index.ts';

/** Whose ticket has run out comes to the door, and back to where they were. */
const onError = (error: unknown): void => {
  if (error instanceof ProblemError && error.problem.status === 401) client.setQueryData(SESSION_KEY, null);
};

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // what the server has refused it will refuse again; what did not reach it may
      retry: (times, error) => !(error instanceof ProblemError) && times < 2,
      staleTime: 5000,
    },
  },
});

/** Whoever is logged in sees the shell, and everybody else the door. */
function Studio() {
  const { data: me, error, refetch } = useSession();
  if (error !== null)
    return (
      <main className="door" id="main">
        <Problem error={error} tools={<Button onClick={() => void refetch()}>Try again</Button>} />
      </main>
    );
  if (me === undefined) return <Progress label="Opening" />;
  if (me !== null) return <Shell me={me} />;
  return (
    <Switch>
      <Route path="/join" component={Join} />
      <Route component={Login} />
    </Switch>
  );
}

listenToKeys();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Studio />
    </QueryClientProvider>
  </StrictMode>,
);
