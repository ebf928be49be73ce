import { useState } from 'react';
import { Loaded } from '../ui/index.ts';
import { Dashboard } from './dashboard.tsx';
import { useCampaign, useCampaignProgress, useItems, useParticipants } from './desk.ts';
import { Ending } from './ending.tsx';
import { Invite } from './invite.tsx';
import { type Asked, Mend } from './mend.tsx';
import { NewGuidelines } from './new-guidelines.tsx';
import { Participants } from './participants.tsx';
import { Unfinished } from './unfinished.tsx';

/** For those who lead: how far it is, who works in it, and what has to be mended. */
export function Lead({ campaign }: { readonly campaign: string }) {
  const about = useCampaign(campaign);
  const progress = useCampaignProgress(campaign);
  const people = useParticipants(campaign);
  const items = useItems(campaign);
  const [asked, setAsked] = useState<Asked>();
  const missing = [about, progress, people, items].find(({ data }) => data === undefined); // what is on the page stays when a later look fails
  const { version, text } = about.data?.guidelines ?? { version: '0', text: '' };
  return (
    <Loaded error={missing?.error ?? null} ready={missing === undefined}>
      <div className="stack page">
        <h1>{about.data?.title}</h1>
        {progress.data !== undefined && <Dashboard of={progress.data} />}
        <div className="lead-people">
          <Participants people={people.data ?? []} progress={progress.data} />
          <Invite campaign={campaign} />
        </div>
        <Unfinished campaign={campaign} items={items.data ?? []} stalled={progress.data?.stalled ?? []} onAsk={setAsked} />
        <div className="lead-people">
          <NewGuidelines campaign={campaign} version={version} text={text} />
          <Ending campaign={campaign} closed={about.data?.closed ?? false} />
        </div>
        {asked !== undefined && (
          <Mend
            campaign={campaign}
            asked={asked}
            people={(people.data ?? []).filter(({ status }) => status === 'active').map(({ person }) => person)}
            onClose={() => setAsked(undefined)}
          />
        )}
      </div>
    </Loaded>
  );
}
