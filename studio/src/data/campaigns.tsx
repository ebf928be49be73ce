import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Shown } from '../../../src/server/annotation.ts';
import { api, ok } from '../api.ts';
import { Published } from '../statistics/published.tsx';
import { Empty, Panel, Problem, Progress, Table } from '../ui/index.ts';

/** What campaigns have published: all of them, or one counted. */
export function Campaigns({ campaign }: { readonly campaign: string | undefined }) {
  const { data, error } = useQuery({
    queryKey: ['campaigns', 'about'],
    queryFn: async () => {
      const ids = await ok(api.campaigns.$get());
      return Promise.all(ids.map((id) => ok(api.campaigns[':campaign'].$get({ param: { campaign: id } })) as Promise<Shown>));
    },
  });
  if (data === undefined) return error ? <Problem error={error} /> : <Progress label="Asking for the campaigns" />;
  if (campaign !== undefined) {
    const title = data.find((one) => one.campaign === campaign)?.title ?? campaign;
    return (
      <div className="data-set">
        <header className="data-head">
          <h1>{title}</h1>
          <p className="hint">What is published, counted as it is now. Those who annotated are not named.</p>
        </header>
        <Published campaign={campaign} />
      </div>
    );
  }
  if (data.length === 0)
    return (
      <Empty
        title="No campaign yet"
        actions={
          <Link className="button main" href="/campaign">
            New campaign
          </Link>
        }
      >
        <p>What a campaign has published can be counted here: emotions, lengths, evidence, and agreement.</p>
      </Empty>
    );
  return (
    <Panel title="Campaigns" className="data-sets">
      <Table
        caption="Campaigns, and how much of each is published"
        hideCaption
        rows={data}
        keyOf={(one) => one.campaign}
        columns={[
          {
            head: 'Title',
            cell: (one) => (
              <Link className="data-name" href={`/campaigns/${encodeURIComponent(one.campaign)}`}>
                {one.title}
              </Link>
            ),
          },
          { head: 'Items', number: true, cell: ({ statuses }) => Object.values(statuses).reduce((sum, count) => sum + count, 0) },
          { head: 'Published', number: true, cell: ({ statuses }) => statuses.published },
          { head: 'Withdrawn', number: true, cell: ({ statuses }) => statuses.withdrawn },
          { head: 'State', cell: ({ closed }) => (closed ? 'closed' : 'open') },
          { head: '', cell: (one) => <Link href={`~/annotate/${encodeURIComponent(one.campaign)}/lead`}>Lead it</Link> },
        ]}
      />
    </Panel>
  );
}
