import { api, newKey, ok, problemFrom } from '../api.ts';
import { may, useMe } from '../people/session.ts';
import { Sections } from '../statistics/sections.tsx';
import '../statistics/statistics.css';
import { Button, Empty, Problem, Progress } from '../ui/index.ts';
import { STAGES, useFreshSets, useJob, useStatistics } from './desk.ts';

/** What can be counted of a data set: each chart with its table beside it. */
export function Statistics({ id, name }: { readonly id: string; readonly name: string }) {
  const { data, error } = useStatistics(id);
  const owner = may(useMe());
  if (data === undefined) {
    if (!error) return <Progress label="Asking for the statistics" />;
    if (problemFrom(error).code !== 'SET_REPORT') return <Problem error={error} />;
    return (
      <Empty title="Nobody has counted it yet" actions={owner && <Count id={id} first />}>
        <p>
          How many utterances of which emotion, how long their explanations are, who speaks, what they rest on, and how far annotators
          agree: the paper’s Table 1 and its Figures 3 and 4, for any set.
        </p>
      </Empty>
    );
  }
  return (
    <div className="statistics">
      <div className="row">{owner && <Count id={id} />}</div>
      <Sections of={data.sections} chartAt={(chart) => `/datasets/${id}/charts/${chart}?${encodeURIComponent(name)}`} />
    </div>
  );
}

function Count({ id, first = false }: { readonly id: string; readonly first?: boolean }) {
  const { going, error, run } = useJob();
  const fresh = useFreshSets();
  const count = async () => {
    if (
      (await run(() => ok(api.datasets[':dataset'].statistics.$post({ header: newKey(), param: { dataset: id }, json: {} })))) !== undefined
    )
      await fresh(id);
  };
  return (
    <div className="stack">
      <Button look={first ? 'main' : 'quiet'} busy={going !== undefined} onClick={() => void count()}>
        {first ? 'Count it' : 'Count again'}
      </Button>
      {going !== undefined && <Progress label={STAGES[going.stage.stage] ?? going.stage.stage} />}
      {error !== undefined && <Problem error={error} />}
    </div>
  );
}
