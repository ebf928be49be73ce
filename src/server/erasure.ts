/** Forgetting a person: in every campaign, in the server's own log, in memory, and on the disk. Whoever asks is answered when nothing is left. */
import { type Command, carriedOut, type Event, redactions } from '../protocol/index.ts';
import type { Desk } from '../store/index.ts';
import { idOf, nowOf, type Server } from './context.ts';
import type { ServerEvent } from './events.ts';
import { type Erasure, emptied, forgotten, removedIn } from './forgotten.ts';
import type { State } from './state.ts';
import { type NameErasure, unnamed } from './unnamed.ts';

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
    await finished(server, id, erasure.as);
  }
  for (const [id, erasure] of [...server.log.state.namings]) {
    await unnamedEverywhere(server, id, erasure);
    await finished(server, id, server.log.state.events.get(id)!.by);
  }
  return done;
}

async function finished(server: Server, id: string, by: string): Promise<void> {
  const about = { id: idOf(server.secret, id, 'finished'), at: nowOf(server), by, erasure: id };
  await server.log.carryOut(({ erasures, namings }) =>
    erasures.has(id) || namings.has(id) ? [{ ...about, type: 'erasure-finished' }] : [],
  );
}

/** Somebody of films and dialogues: in what is going on, in what is kept beside the log, in campaigns, and on the disk. */
async function unnamedEverywhere(server: Server, id: string, erasure: NameErasure): Promise<void> {
  const { jobs, work, log, insight, shelf, cuts, sets, reports } = server;
  jobs.drop((job) => !log.state.explanations.has(job)); // faces of films, too: they say who speaks
  work.drop(() => true); // what is read or heard now may still have the name, and is soon asked for again
  for (const file of [...log.state.files.values()].filter(({ project }) => project === erasure.project)) insight.forget(file.id);
  for (const file of erasure.files) {
    insight.forget(file);
    await Promise.all([shelf.remove(file), cuts.remove(file)]);
  }
  for (const set of erasure.sets) await Promise.all([sets.remove(set), reports.remove(set)]);
  const { name: speaker, as, mentions, files: clips } = erasure;
  if (speaker !== as)
    for (const campaign of erasure.campaigns) {
      const desk = await server.campaign(campaign);
      const people = [...desk.state.people.values()].filter(({ status }) => status === 'active');
      const by = people.find(({ roles }) => roles.includes('lead')) ?? people[0];
      const about = { campaign, id: idOf(server.secret, id, campaign), by: by?.id ?? '', at: nowOf(server) };
      const command = { type: 'erase-speaker', ...about, speaker, as, mentions, clips } as Command;
      await desk.carryOut((state) => (by === undefined ? [] : carriedOut(state, command)));
      await redactedOnDisk(desk);
    }
  await forgottenOnDisk(server);
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
export function redactedOnDisk(desk: Desk<unknown, Event>): Promise<number> {
  return desk.rewrite(redactions);
}

/** The same in the server's log; and nothing of removed dialogues, films and their explanations stays in it. Gives how many events were changed. */
export function forgottenOnDisk({ log }: Pick<Server, 'log'>): Promise<number> {
  return log.rewrite((events) => {
    const changes = events.flatMap(({ event, version }): Changing<ServerEvent>[] => {
      if (event.type === 'person-erased' && event.account !== event.as) return [{ version, change: (left) => forgotten(left, event) }];
      if (event.type === 'name-erased' && event.name !== event.as) return [{ version, change: unnamed(event) }];
      return [];
    });
    const removed = removedIn(events.map(({ event }) => event));
    return (event, version) => emptied(changedBy(changes, event, version), removed);
  });
}

/** What an erasure makes of the events up to its own. */
interface Changing<E> {
  readonly version: number;
  readonly change: (event: E) => E;
}

const changedBy = <E>(changes: readonly Changing<E>[], event: E, version: number): E =>
  changes.reduce((left, { version: until, change }) => (version <= until ? change(left) : left), event);
