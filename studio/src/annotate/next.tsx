import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { say } from '../notices.ts';
import { PostState } from '../outbox/post-state.tsx';
import { useMe } from '../people/session.ts';
import { Button, Empty, Loaded } from '../ui/index.ts';
import { useCampaign, useItems, useNext, useSend } from './desk.ts';
import { Draft } from './draft.tsx';
import { AtItem } from './item.tsx';
import { Judge } from './judge.tsx';
import { Vote } from './vote.tsx';

/** "What do I do now": one call says it, and the page is that. */
export function Next({ campaign }: { readonly campaign: string }) {
  const me = useMe();
  const about = useCampaign(campaign);
  const next = useNext(campaign);
  const send = useSend(campaign);
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: ['campaign', campaign] });
  const { data } = next;
  if (data === undefined) return <Loaded error={next.error} />;
  const { task, view, practice, training } = data;
  const guidelines = about.data?.guidelines;
  const last = training?.notes.at(-1);
  switch (task.do) {
    case 'draft':
      return (
        view && (
          <Draft
            key={task.item}
            campaign={campaign}
            view={view}
            guidelines={guidelines}
            as="draft"
            onSent={() => {
              say('Sent. Here is what comes next.');
              again();
            }}
          />
        )
      );
    case 'practise':
      return (
        view && (
          <>
            {last !== undefined && task.done === 0 && (
              <p className="callout warn">An adjudicator has returned your last attempt: {last.note}</p>
            )}
            <Draft
              key={task.item}
              campaign={campaign}
              view={view}
              guidelines={guidelines}
              as="practise"
              progress={`${task.done + 1} of ${task.of}`}
              onSent={again}
            />
          </>
        )
      );
    case 'vote':
      return (
        view && (
          <Vote
            key={task.item}
            campaign={campaign}
            view={view}
            onSent={() => {
              say('Your vote is counted.');
              again();
            }}
          />
        )
      );
    case 'discuss':
      return view && <AtItem key={task.item} campaign={campaign} view={view} guidelines={guidelines} />;
    case 'train':
      return (
        <Empty
          title="First, some practice"
          actions={
            <Button look="main" onClick={() => void send('train', { person: me.account }, 'Draw of the practice')}>
              Draw the items
            </Button>
          }
        >
          {last !== undefined && <p>An adjudicator has returned your last attempt: {last.note}</p>}
          <p>
            You write about some items by chance. When every adjudicator has approved what you wrote, formal work begins. Practice is seen
            by you and the adjudicators only.
          </p>
        </Empty>
      );
    case 'judge':
      return <Judge key={task.person} campaign={campaign} person={task.person} practice={practice ?? []} />;
    case 'wait':
      return <Wait campaign={campaign} why={task.why} />;
  }
}

/** Nothing to do now: why, and where one's own work stands. */
function Wait({ campaign, why }: { readonly campaign: string; readonly why: string }) {
  const { data: items = [] } = useItems(campaign);
  const about = useCampaign(campaign);
  const leads = about.data?.roles.includes('lead') ?? false;
  const going = items.filter(({ status, mine }) => mine.length > 0 && status !== 'published' && status !== 'withdrawn').length;
  return (
    <Empty
      title="Nothing to do now"
      actions={
        <>
          <Link className="button plain" href={`/${encodeURIComponent(campaign)}/items`}>
            {leads ? 'All items' : 'My items'}
          </Link>
          {leads && (
            <Link className="button plain" href={`/${encodeURIComponent(campaign)}/lead`}>
              Lead the campaign
            </Link>
          )}
        </>
      }
    >
      <p>{why}</p>
      {going > 0 && (
        <p>{going === 1 ? 'One item of yours waits' : `${going} items of yours wait`} for others. This page looks again by itself.</p>
      )}
      <PostState always />
    </Empty>
  );
}
