import { Link, Redirect, Route, Switch } from 'wouter';
import { may, useMe } from '../people/session.ts';
import { Published } from '../statistics/published.tsx';
import { Empty, Loaded, Panel } from '../ui/index.ts';
import '../style/pages.css';
import './annotate.css';
import { useCampaign, useCampaigns, useFresh } from './desk.ts';
import { GuidelinesText } from './guidelines.tsx';
import { ItemPage } from './item.tsx';
import { Items } from './items.tsx';
import { Lead } from './lead.tsx';
import { Next } from './next.tsx';

/** The Annotate view: the campaigns that one works in, and what to do now in one of them. */
export function View() {
  return (
    <Switch>
      <Route path="/" component={Campaigns} />
      <Route path="/:campaign/:page?/:item?">
        {(params) => {
          const { campaign, page, item } = params as unknown as CampaignProps;
          return <Campaign key={campaign} campaign={idIn(campaign)} page={page} item={item === undefined ? undefined : idIn(item)} />;
        }}
      </Route>
    </Switch>
  );
}

/** An id as it stands in an address: of what was encoded, the router leaves some. */
function idIn(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Campaigns() {
  const campaigns = useCampaigns();
  const { data: ids = [] } = campaigns;
  const me = useMe();
  if (campaigns.data === undefined) return <Loaded error={campaigns.error} />;
  if (ids.length === 1) return <Redirect to={`/${encodeURIComponent(ids[0]!)}`} replace />;
  if (ids.length === 0)
    return (
      <Empty
        title="No campaign yet"
        actions={
          may(me) && (
            <Link className="button main" href="~/data">
              Open a campaign
            </Link>
          )
        }
      >
        {may(me) ? (
          <p>
            A campaign is a set of utterances whose causes two people write without knowing of each other; a gate, a vote or a discussion
            decides what is published. It is opened in the Data view.
          </p>
        ) : (
          <p>Nobody has invited you to a campaign. Tell a lead your account: {me.account}.</p>
        )}
      </Empty>
    );
  return (
    <div className="stack page">
      <h1>Campaigns</h1>
      <div className="campaigns">
        {ids.map((id) => (
          <CampaignCard key={id} campaign={id} />
        ))}
      </div>
    </div>
  );
}

function CampaignCard({ campaign }: { readonly campaign: string }) {
  const { data } = useCampaign(campaign);
  const items = data === undefined ? 0 : Object.values(data.statuses).reduce((sum, count) => sum + count, 0);
  return (
    <Link className="campaign-card" href={`/${encodeURIComponent(campaign)}`}>
      <strong>{data?.title ?? campaign}</strong>
      <span className="hint">
        {data === undefined
          ? ''
          : `${data.statuses.published} of ${items} published${data.closed ? ', closed' : ''}${data.roles.length > 0 ? `; you are ${data.roles.join(', ')}` : ''}`}
      </span>
      {data !== undefined && items > 0 && (
        <progress value={data.statuses.published} max={items} aria-label={`Published of ${data.title}`} />
      )}
    </Link>
  );
}

interface CampaignProps {
  readonly campaign: string;
  readonly page: string | undefined;
  readonly item: string | undefined;
}

function Campaign({ campaign, page, item }: CampaignProps) {
  useFresh(campaign);
  const about = useCampaign(campaign);
  const me = useMe();
  const leads = about.data !== undefined && (about.data.roles.includes('lead') || (about.data.roles.length === 0 && may(me)));
  const root = `/${encodeURIComponent(campaign)}`;
  const tabs = [
    { to: undefined, label: 'Now' },
    { to: 'items', label: leads ? 'Items' : 'My items' },
    { to: 'guidelines', label: 'Guidelines' },
    ...(leads ? [{ to: 'lead', label: 'Lead' }] : []),
  ];
  if (about.data === undefined) return <Loaded error={about.error} />;
  return (
    <div className="campaign">
      <nav className="campaign-tabs" aria-label={`Campaign ${about.data.title}`}>
        <Link href="/" className="campaign-title" title="All campaigns">
          {about.data.title}
        </Link>
        {tabs.map(({ to, label }) => (
          <Link
            key={label}
            href={to === undefined ? root : `${root}/${to}`}
            aria-current={page === to && item === undefined ? 'page' : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      {about.data.closed && <p className="callout warn">This campaign is closed: nothing is written any more.</p>}
      <Page campaign={campaign} page={page} item={item} leads={leads} />
    </div>
  );
}

function Page({ campaign, page, item, leads }: CampaignProps & { readonly leads: boolean }) {
  const about = useCampaign(campaign);
  const guidelines = about.data?.guidelines;
  if (page === undefined) return <Next campaign={campaign} />;
  if (page === 'items') return item === undefined ? <Items campaign={campaign} /> : <ItemPage key={item} campaign={campaign} item={item} />;
  if (page === 'lead' && leads) return <Lead campaign={campaign} />;
  if (page === 'statistics' && leads) return <Published campaign={campaign} />;
  if (page === 'guidelines' && guidelines !== undefined)
    return (
      <Panel title={`Guidelines, version ${guidelines.version}`} className="reading">
        <GuidelinesText of={guidelines} />
      </Panel>
    );
  return <Empty title="There is nothing under this address" actions={<Link href="/">All campaigns</Link>} />;
}
