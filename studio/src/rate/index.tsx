import { Link, Route, Switch } from 'wouter';
import '../style/pages.css';
import { PostState } from '../outbox/post-state.tsx';
import { may, useMe } from '../people/session.ts';
import { Empty, Loaded } from '../ui/index.ts';
import { useFresh, useStudies, useTurn } from './desk.ts';
import { NewStudy } from './new-study.tsx';
import './rate.css';
import { Rating } from './rating.tsx';
import { Summary } from './summary.tsx';

/** The Rate view: studies, and in one of them the next item. */
export function View() {
  const owner = may(useMe());
  return (
    <Switch>
      <Route path="/" component={Studies} />
      {owner && <Route path="/new" component={NewStudy} />}
      {owner && <Route path="/:study/summary">{({ study }) => <Summary study={study} />}</Route>}
      <Route path="/:study">{({ study }) => <Study key={study} study={study} />}</Route>
    </Switch>
  );
}

function Studies() {
  const studies = useStudies();
  const owner = may(useMe());
  const { data } = studies;
  if (data === undefined) return <Loaded error={studies.error} />;
  const create = owner && (
    <Link className="button main" href="/new">
      New study
    </Link>
  );
  if (data.length === 0)
    return (
      <Empty title="No study yet" actions={create}>
        {owner ? (
          <p>
            A study puts explanations of several systems before people who do not know whose they are. You need one file of predictions for
            each system.
          </p>
        ) : (
          <p>An owner opens studies. When there is one for you, it is here.</p>
        )}
      </Empty>
    );
  return (
    <div className="stack page">
      <div className="row">
        <h1>Studies</h1>
        {create}
      </div>
      <div className="campaigns">
        {data.map(({ study, title, done, of }) => (
          <article key={study} className="campaign-card">
            <strong>{title}</strong>
            <span className="hint">
              {done} of {of} items rated by you
            </span>
            <progress value={done} max={of} aria-label={`Rated of ${title}`} />
            <div className="row">
              <Link className={`button ${done < of ? 'main' : 'plain'}`} href={`/${study}`}>
                {done === 0 ? 'Begin' : done < of ? 'Go on' : 'All rated'}
              </Link>
              {owner && (
                <Link className="button plain" href={`/${study}/summary`}>
                  Agreement and export
                </Link>
              )}
            </div>
          </article>
        ))}
      </div>
    </div>
  );
}

function Study({ study }: { readonly study: string }) {
  useFresh(study);
  const turn = useTurn(study);
  const owner = may(useMe());
  const { data } = turn;
  if (data === undefined) return <Loaded error={turn.error} />;
  if (data.sheet !== undefined) return <Rating key={data.sheet.item} study={study} sheet={data.sheet} done={data.done} of={data.of} />;
  return (
    <Empty
      title="All is rated"
      actions={
        <>
          <Link className="button plain" href="/">
            All studies
          </Link>
          {owner && (
            <Link className="button main" href={`/${study}/summary`}>
              Agreement and export
            </Link>
          )}
        </>
      }
    >
      <p>Thank you: all {data.of} items of this study are rated by you.</p>
      <PostState always />
    </Empty>
  );
}
