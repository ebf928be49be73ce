import { Link } from 'wouter';
import { Problem, Progress } from '../ui/index.ts';
import { KINDS, size, useSet } from './desk.ts';
import { Findings } from './findings.tsx';
import { Health } from './sets.tsx';
import { Statistics } from './statistics.tsx';

/** One data set: the doctor's findings, or what can be counted of it. */
export function DataSet({ id, page }: { readonly id: string; readonly page: 'findings' | 'statistics' }) {
  const { data: set, error } = useSet(id);
  if (set === undefined) return error ? <Problem error={error} /> : <Progress label="Asking for the data set" />;
  const { received } = set;
  return (
    <div className="data-set">
      <header className="data-head">
        <h1>{set.name}</h1>
        <p className="hint row">
          {received !== undefined && <span>{KINDS[received.kind]}</span>}
          {received !== undefined && received.entries > 0 && <span className="number">{received.entries.toLocaleString()} entries</span>}
          <span className="number">{size(set.bytes)}</span>
          <Health set={set} />
        </p>
        <nav className="data-tabs" aria-label={`About ${set.name}`}>
          <Link href={`/${id}`} aria-current={page === 'findings' ? 'page' : undefined}>
            Findings
          </Link>
          <Link href={`/${id}/statistics`} aria-current={page === 'statistics' ? 'page' : undefined}>
            Statistics
          </Link>
        </nav>
      </header>
      {page === 'findings' ? <Findings set={set} /> : <Statistics id={id} name={set.name} />}
    </div>
  );
}
