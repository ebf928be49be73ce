import { type DragEvent, useRef, useState } from 'react';
import { Link } from 'wouter';
import { api, newKey, ok } from '../api.ts';
import { say } from '../notices.ts';
import { may, useMe } from '../people/session.ts';
import type { Project } from '../projects/project.ts';
import { Button, Dialog, Empty, Panel, Problem, Progress, Table } from '../ui/index.ts';
import { nameOf, sendParts } from '../upload.ts';
import { KINDS, type SetShown, size, useFreshSets, useSets } from './desk.ts';

/** The data sets of a project, and the way for more of them. */
export function Sets({ project }: { readonly project: Project }) {
  const { data: sets, error } = useSets(project.project);
  const owner = may(useMe());
  const [gone, setGone] = useState<SetShown>();
  if (sets === undefined) return error ? <Problem error={error} /> : <Progress label="Asking for the data sets" />;
  const upload = owner && <Upload project={project} first={sets.length === 0} />;
  if (sets.length === 0)
    return (
      <Empty title="No data set yet" actions={upload}>
        {owner ? (
          <>
            <p>Send one to see what is wrong with it, to count it, or to open a campaign with it.</p>
            <p className="hint">
              ECEM’s JSON, a table of MELD (CSV), ECF or RECCON (JSON), any form of <code>famenet dataset export</code>; or texts of two
              people about the same things, to try a gate on.
            </p>
          </>
        ) : (
          <p>An owner of this place sends data sets. When there is one, it is here.</p>
        )}
      </Empty>
    );
  return (
    <>
      <Panel title="Data sets" tools={upload} className="data-sets">
        <Table
          caption="Data sets of this project"
          hideCaption
          rows={sets}
          keyOf={({ dataset }) => dataset}
          columns={[
            {
              head: 'Name',
              cell: ({ dataset, name, received }) =>
                received === undefined ? (
                  <span className="data-name">{name}</span>
                ) : (
                  <Link className="data-name" href={`/${dataset}`}>
                    {name}
                  </Link>
                ),
            },
            { head: 'Is', cell: ({ received }) => (received === undefined ? <em>not whole yet</em> : KINDS[received.kind]) },
            {
              head: 'Entries',
              number: true,
              cell: ({ received }) => (received === undefined ? '' : received.entries || received.pairs || '–').toLocaleString(),
            },
            { head: 'Size', number: true, cell: ({ bytes }) => size(bytes) },
            { head: 'Doctor', cell: (set) => <Health set={set} /> },
            { head: 'Sent', cell: ({ at }) => <time dateTime={at}>{at.slice(0, 10)}</time> },
            {
              head: '',
              number: true,
              cell: (set) =>
                owner && (
                  <Button look="quiet" onClick={() => setGone(set)} aria-label={`Remove ${set.name}`}>
                    Remove
                  </Button>
                ),
            },
          ]}
        />
      </Panel>
      {gone !== undefined && <Removal set={gone} onClose={() => setGone(undefined)} />}
    </>
  );
}

/** What the doctor found, in numbers: each with its word. */
export function Health({ set: { examined } }: { readonly set: Pick<SetShown, 'examined'> }) {
  if (examined === undefined) return <span className="hint">not examined</span>;
  const { counts } = examined;
  const found = (['error', 'warning', 'note'] as const).filter((severity) => counts[severity] > 0);
  if (found.length === 0) return <span className="severity good">nothing found</span>;
  return (
    <span className="row">
      {found.map((severity) => (
        <span key={severity} className={`severity ${severity}`}>
          {counts[severity].toLocaleString()} {severity}
          {counts[severity] === 1 ? '' : 's'}
        </span>
      ))}
    </span>
  );
}

function Removal({ set: { dataset, name }, onClose }: { readonly set: SetShown; readonly onClose: () => void }) {
  const fresh = useFreshSets();
  const [error, setError] = useState<unknown>();
  const [key] = useState(newKey);
  const remove = async () => {
    try {
      await ok(api.datasets[':dataset'].$delete({ param: { dataset }, header: key }));
      say('Removed');
      await fresh();
      onClose();
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <Dialog title="Remove this data set?" onClose={onClose}>
      <p>
        <strong>{name}</strong> and its reports are deleted from the disk at once. Campaigns that were opened with it keep their items.
      </p>
      {error !== undefined && <Problem error={error} />}
      <div className="row end">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" onClick={() => void remove()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}

function Upload({ project, first }: { readonly project: Project; readonly first: boolean }) {
  const fresh = useFreshSets();
  const input = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState<readonly [name: string, done: number, total: number]>();
  const [error, setError] = useState<unknown>();
  const send = async (files: readonly File[]) => {
    setError(undefined);
    try {
      for (const file of files) {
        const name = nameOf(file.name);
        const json = { project: project.project, name, bytes: file.size };
        const { dataset } = await ok(api.datasets.$post({ header: newKey(), json }));
        const onProgress = (done: number, total: number) => setSent([name, done, total]);
        await sendParts(`/datasets/${dataset}`, file, { signal: new AbortController().signal, onProgress });
      }
      say(files.length === 1 ? 'The data set is here' : `${files.length} data sets are here`);
    } catch (caught) {
      setError(caught);
    } finally {
      setSent(undefined);
      if (input.current) input.current.value = '';
      await fresh();
    }
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    void send([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a second way; the button is the first
    <div className="data-upload" onDragOver={(event) => event.preventDefault()} onDrop={dropped}>
      <Button look={first ? 'main' : 'plain'} busy={sent !== undefined} onClick={() => input.current?.click()}>
        Send a data set
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Data set"
        accept=".json,.jsonl,.csv,application/json,text/csv"
        onChange={({ target }) => void send([...(target.files ?? [])])}
      />
      {sent !== undefined && (
        <Progress
          label={sent[1] < sent[2] ? `Sending ${sent[0]}` : `The server reads ${sent[0]}`}
          done={sent[1] < sent[2] ? sent[1] : undefined}
          total={sent[2]}
        />
      )}
      {error !== undefined && <Problem error={error} />}
    </div>
  );
}
