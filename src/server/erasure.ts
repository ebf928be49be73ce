/** Forgetting a person: in every campaign, in the server's own log, in memory, and on the disk. Whoever asks is answered when nothing is left. */
import { type Command, carriedOut, type Event, type Erasure as InCampaign, redacted } from '../protocol/index.ts';
import type { Desk } from '../store/index.ts';
import { idOf, nowOf, type Server } from './context.ts';
import type { ServerEvent } from './events.ts';
import { type Erasure, emptied, forgotten, removedIn } from './forgotten.ts';
import type { State } from './state.ts';

/** The next free pseudonym of the server. */
export function pseudonymOf({ accounts }: Pick<State, 'accounts'>): string {
  let n = 1;
  while (accounts.has(`erased-${n}`)) n++;
  return `erased-${n}`;
}

/**
 * Does what is left of all erasures that were asked for, of an earlier start of the server, too, and gives the campaigns in which somebody was erased.
 * Cut off at any point, it is done again from the beginning: each step changes nothing where it has been done.
 */
export async function finishErasures(server: Server): Promise<string[]> {
  const done: string[] = [];
  for (const [id, erasure] of [...server.log.state.erasures]) {
    server.jobs.forget(erasure.account);
    server.work.forget(erasure.account);
    for (const campaign of await server.campaigns()) if (await erasedIn(server, campaign, id, erasure)) done.push(campaign);
    await forgottenOnDisk(server);
    const finished = { id: idOf(server.secret, id, 'finished'), at: nowOf(server), by: erasure.as, erasure: id };
    await server.log.carryOut((state) => (state.erasures.has(id) ? [{ ...finished, type: 'erasure-finished' }] : []));
  }
  return done;
}

/** Whether the person was in the campaign. */
async function erasedIn(server: Server, campaign: string, id: string, { account: person, texts }: Erasure): Promise<boolean> {
  const desk = await server.campaign(campaign);
  const there = desk.state.people.has(person);
  if (there) {
    const lead = [...desk.state.people.values()].find((one) => one.id !== person && one.status === 'active' && one.roles.includes('lead'));
    const about = { campaign, id: idOf(server.secret, id, campaign), by: lead?.id ?? person, at: nowOf(server) };
    const command = { type: 'erase', ...about, person, texts } as Command;
    await desk.carryOut((state) => (state.people.has(person) ? carriedOut(state, command) : []));
  }
  return (await redactedOnDisk(desk)) > 0 || there;
}

/** Carries every erasure of a campaign out in the events before it. Gives how many events were changed. */
function redactedOnDisk(desk: Desk<unknown, Event>): Promise<number> {
  return desk.rewrite((events) => {
    const erasures = events.flatMap(({ event, version }) =>
      event.type === 'erased' && event.person !== event.as ? [{ version, erasure: event as InCampaign }] : [],
    );
    return (event, version) =>
      erasures.reduce((left, { version: until, erasure }) => (version <= until ? redacted(left, erasure) : left), event);
  });
}

/** The same in the server's log; and nothing of removed dialogues, films and their explanations stays in it. Gives how many events were changed. */
export function forgottenOnDisk({ log }: Pick<Server, 'log'>): Promise<number> {
  return log.rewrite((events) => {
    const erasures = events.flatMap(({ event, version }) =>
      event.type === 'person-erased' && event.account !== event.as ? [{ version, erasure: event }] : [],
    );
    const removed = removedIn(events.map(({ event }) => event));
    return (event: ServerEvent, version) =>
      emptied(
        erasures.reduce((left, { version: until, erasure }) => (version <= until ? forgotten(left, erasure) : left), event),
        removed,
      );
  });
}
