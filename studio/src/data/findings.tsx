import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FindingsPage } from '../../../src/server/examination.ts';
import { action, useActions } from '../actions.ts';
import { api, newKey, ok } from '../api.ts';
import { may, useMe } from '../people/session.ts';
import { Button, Does, Empty, Panel, Problem, Progress } from '../ui/index.ts';
import { decide, type Filter, PAGE, type SetShown, STAGES, useFindings, useFreshSets, useJob, useSets } from './desk.ts';
import { Finding } from './finding.tsx';

type Found = FindingsPage['findings'][number];
type Decision = 'accepted' | 'refused' | 'open';

interface State {
  readonly owner: boolean;
  readonly here: number;
  readonly found: readonly Found[];
  /** Whether what is decided leaves the list, so that the next one comes to its place. */
  readonly leaves: boolean;
  readonly go: (to: number) => void;
  readonly decide: (findings: readonly Found[], decision: Decision) => Promise<void>;
}

const mark = (label: string, key: string, decision: Decision) =>
  action<State>({
    id: decision,
    label,
    keys: [key],
    group: 'Findings',
    enabled: ({ owner, found, here }) => owner && found[here] !== undefined,
    perform: async ({ found, here, leaves, decide, go }) => {
      if (!leaves) go(Math.min(here + 1, found.length - 1)); // at once: nobody waits for the server to press the next key
      await decide([found[here]!], decision);
    },
  });

const DOES = {
  down: action<State>({
    id: 'down',
    label: 'Next finding',
    keys: ['j', 'ArrowDown'],
    group: 'Findings',
    enabled: ({ here, found }) => here < found.length - 1,
    perform: ({ here, go }) => go(here + 1),
  }),
  up: action<State>({
    id: 'up',
    label: 'Finding before',
    keys: ['k', 'ArrowUp'],
    group: 'Findings',
    enabled: ({ here }) => here > 0,
    perform: ({ here, go }) => go(here - 1),
  }),
  accept: mark('Accept', 'a', 'accepted'),
  refuse: mark('Refuse', 'r', 'refused'),
  open: mark('Decide later', 'u', 'open'),
} as const;

/** The doctor's findings: by code and severity, one after the other, accepted or refused. */
export function Findings({ set }: { readonly set: SetShown }) {
  const { dataset: id, examined, received } = set;
  if (received?.kind === 'pairs')
    return (
      <Empty title="These are pairs of texts">
        <p>There is nothing in them that the doctor knows. They are for trying a gate: see New campaign.</p>
      </Empty>
    );
  if (examined === undefined)
    return (
      <Empty title="Nobody has looked at it yet" actions={<Examine set={set} first />}>
        <p>
          The doctor looks for texts in a wrong character set, rows under another film’s name, explanations that slipped to a neighbour,
          times that cannot be, and more. It changes nothing: you decide, finding by finding, and take the repairs as a patch.
        </p>
      </Empty>
    );
  return <Examined key={examined.at} set={set} id={id} />;
}

function Examined({ set, id }: { readonly set: SetShown; readonly id: string }) {
  const owner = may(useMe());
  const client = useQueryClient();
  const [filter, setFilter] = useState<Filter>({ from: 0 });
  const [here, go] = useState(0);
  const { data: page, error } = useFindings(id, filter, true);
  const fresh = useFreshSets();
  const list = useRef<HTMLOListElement>(null);
  const found = page?.findings ?? [];
  const at = Math.min(here, Math.max(0, found.length - 1));
  const does = useActions<State, typeof DOES>(DOES, {
    owner,
    here: at,
    found,
    leaves: filter.decision !== undefined,
    go,
    async decide(findings, decision) {
      await decide(
        id,
        findings.map((one) => one.id),
        decision,
      );
      await client.invalidateQueries({ queryKey: ['datasets', id, 'findings'] });
      void fresh();
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place in the list is what it is about
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, page]);
  if (page === undefined)
    return error ? <Problem error={error} tools={<Examine set={set} />} /> : <Progress label="Asking for the findings" />;
  const choose = (more: Partial<Filter>) => {
    setFilter({ ...filter, from: 0, ...more });
    go(0);
  };
  const one = found[at];
  const all = page.codes.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="findings">
      <aside className="findings-codes">
        <Panel title="Findings" tools={owner && <Examine set={set} />}>
          <fieldset className="codes" aria-label="Which findings are shown">
            <Code label="All" count={all} on={filter.code === undefined} onClick={() => choose({ code: undefined })} />
            {page.codes.map(({ code, severity, about, count, accepted, refused }) => (
              <Code
                key={code}
                label={code}
                about={about}
                severity={severity}
                count={count}
                decided={accepted + refused}
                on={filter.code === code}
                onClick={() => choose({ code: filter.code === code ? undefined : code })}
              />
            ))}
          </fieldset>
        </Panel>
        <Panel title="Patch">
          <div className="stack">
            <p>
              <strong className="number">{page.repairs.accepted.toLocaleString()}</strong> of{' '}
              <span className="number">{page.repairs.all.toLocaleString()}</span> repairs are accepted.
            </p>
            <p className="hint">
              The manifest holds only what changes; others apply it to their own copy with <code>famenet dataset patch</code>.
            </p>
            {page.repairs.accepted > 0 ? (
              <a className="button main" href={`/datasets/${id}/patch`} download="repairs.json">
                Download the patch
              </a>
            ) : (
              <p className="hint">Accept findings that have a repair to fill it.</p>
            )}
          </div>
        </Panel>
      </aside>
      <section className="findings-list" aria-label="Findings">
        <div className="findings-tools">
          <label>
            Severity
            <select
              value={filter.severity ?? ''}
              onChange={({ target }) => choose({ severity: (target.value || undefined) as Filter['severity'] })}
            >
              <option value="">all</option>
              <option value="error">errors</option>
              <option value="warning">warnings</option>
              <option value="note">notes</option>
            </select>
          </label>
          <label>
            Decided
            <select
              value={filter.decision ?? ''}
              onChange={({ target }) => choose({ decision: (target.value || undefined) as Filter['decision'] })}
            >
              <option value="">all</option>
              <option value="open">open</option>
              <option value="accepted">accepted</option>
              <option value="refused">refused</option>
            </select>
          </label>
          <span className="hint number" role="status">
            {page.total.toLocaleString()} shown
          </span>
          {owner && (
            <span className="row findings-do">
              <Does of={does.accept} look="plain" />
              <Does of={does.refuse} look="plain" />
              <Does of={does.open} look="quiet" />
            </span>
          )}
        </div>
        {found.length === 0 ? (
          <p className="findings-none">{all === 0 ? 'The doctor found nothing wrong.' : 'No finding fits these filters.'}</p>
        ) : (
          <ol ref={list} className="findings-rows" start={filter.from + 1}>
            {found.map((row, i) => (
              <Finding key={row.id} of={row} here={i === at} onHere={() => go(i)} />
            ))}
          </ol>
        )}
        {page.total > PAGE && (
          <nav className="row findings-pages" aria-label="Pages of findings">
            <Button disabled={filter.from === 0} onClick={() => choose({ from: filter.from - PAGE })}>
              Page before
            </Button>
            <span className="hint number">
              {filter.from + 1}–{Math.min(filter.from + PAGE, page.total)} of {page.total.toLocaleString()}
            </span>
            <Button disabled={filter.from + PAGE >= page.total} onClick={() => choose({ from: filter.from + PAGE })}>
              Next page
            </Button>
          </nav>
        )}
        {!page.compared && (page.kind === 'ecem' || page.kind === 'meld') && one !== undefined && page.kind === 'ecem' && (
          <p className="hint">
            Nothing was compared with MELD: rows under another film’s name are not found. Send MELD’s tables, and examine it again with
            them.
          </p>
        )}
      </section>
    </div>
  );
}

interface CodeProps {
  readonly label: string;
  readonly about?: string;
  readonly severity?: string;
  readonly count: number;
  readonly decided?: number;
  readonly on: boolean;
  readonly onClick: () => void;
}

function Code({ label, about, severity, count, decided = 0, on, onClick }: CodeProps) {
  return (
    <button type="button" className="code" aria-pressed={on} onClick={onClick} title={about}>
      <span className={`code-dot ${severity ?? ''}`} aria-hidden="true" />
      <span className="code-name">
        {label}
        {severity !== undefined && <span className="unseen"> ({severity})</span>}
      </span>
      <span className="number code-count">
        {decided > 0 && <span className="code-decided">{decided.toLocaleString()} of </span>}
        {count.toLocaleString()}
      </span>
    </button>
  );
}

const PARTS = ['train', 'dev', 'test'] as const;

/** Lets the doctor look, with tables of MELD where the project has some. */
function Examine({ set, first = false }: { readonly set: SetShown; readonly first?: boolean }) {
  const { data: sets = [] } = useSets(set.project);
  const { going, error, run } = useJob();
  const fresh = useFreshSets();
  const tables = sets.filter(({ received, dataset }) => received?.kind === 'meld' && dataset !== set.dataset);
  const meld = Object.fromEntries(
    PARTS.flatMap((part) =>
      tables
        .filter(({ name }) => name.toLowerCase().includes(part))
        .slice(0, 1)
        .map(({ dataset }) => [part, dataset]),
    ),
  );
  const examine = async () => {
    const done = await run(() =>
      ok(
        api.datasets[':dataset'].doctor.$post({
          header: newKey(),
          param: { dataset: set.dataset },
          json: { meld: set.received?.kind === 'ecem' ? meld : {} },
        }),
      ),
    );
    if (done !== undefined) await fresh();
  };
  return (
    <div className="stack">
      <Button look={first ? 'main' : 'quiet'} busy={going !== undefined} onClick={() => void examine()}>
        {first ? 'Examine it' : 'Examine again'}
      </Button>
      {going !== undefined && (
        <Progress label={STAGES[going.stage.stage] ?? going.stage.stage} done={going.stage.done} total={going.stage.total} />
      )}
      {first && set.received?.kind === 'ecem' && (
        <p className="hint">
          {tables.length === 0
            ? 'Send MELD’s tables (train_sent_emo.csv …) to this project first, and rows are compared with them.'
            : `It is compared with ${tables.map(({ name }) => name).join(', ')}.`}
        </p>
      )}
      {error !== undefined && <Problem error={error} />}
    </div>
  );
}
