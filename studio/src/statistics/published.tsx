import { useQuery } from '@tanstack/react-query';
import type { Counted } from '../../../src/server/counted.ts';
import { api, ok, problemFrom } from '../api.ts';
import { Button, Empty, Problem, Progress } from '../ui/index.ts';
import { Sections } from './sections.tsx';
import './statistics.css';

/** What a campaign has published, counted; always of now. */
export function Published({ campaign }: { readonly campaign: string }) {
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['campaign', campaign, 'statistics'],
    queryFn: () => ok(api.campaigns[':campaign'].statistics.$get({ param: { campaign } })) as Promise<Counted>,
    retry: false,
  });
  const again = (
    <Button busy={isFetching} onClick={() => void refetch()}>
      Count again
    </Button>
  );
  if (error !== null)
    return problemFrom(error).code === 'CAMPAIGN_EMPTY' ? (
      <Empty title="Nothing is published yet" actions={again}>
        <p>
          When items are published, this counts them: which emotions, how long the causes are, what they rest on, and how far annotators and
          voters agree.
        </p>
      </Empty>
    ) : (
      <Problem error={error} tools={again} />
    );
  if (data === undefined) return <Progress label="Counting what is published" />;
  const at = `/campaigns/${encodeURIComponent(campaign)}/charts`;
  return (
    <div className="statistics">
      <div className="row">{again}</div>
      <Sections of={data.sections} chartAt={(chart) => `${at}/${chart}?${dataUpdatedAt}`} />
    </div>
  );
}
