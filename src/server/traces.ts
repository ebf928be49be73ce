/** Where somebody of a project's films and dialogues is found by name: what an erasure takes, and what it has to be told to take. */
import { isCalled } from '../base/called.ts';
import { type SpeakerTraces, speakerIn } from '../protocol/index.ts';
import type { Server } from './context.ts';
import { setFileOf } from './datasets.ts';
import type { ServerEventOf } from './events.ts';
import { inThread } from './set-work.ts';
import type { State } from './state.ts';
import { restsOn, withoutName } from './unnamed.ts';

/** Whom, and where: ids of films that go with the person. */
export interface Sought {
  readonly project: string;
  readonly name: string;
  readonly mentions: boolean;
  readonly files: readonly string[];
}

/** What the server's own log has of a person. */
export interface LogTraces {
  readonly dialogues: readonly { readonly dialogue: string; readonly name: string; readonly turns: number; readonly mentions: number }[];
  /** Ids of those that had the person in an earlier version, too. */
  readonly ever: readonly string[];
  /** Jobs of explanations that rest on the person's turns or films, or have the name. */
  readonly explanations: readonly string[];
  /** Items of studies whose texts go. */
  readonly rated: number;
  readonly counts: ServerEventOf<'name-erased'>['counts'];
}

/** What there is of a person, for whoever decides about it. No texts: whoever erases may work in a campaign, too. */
export interface Traces extends Pick<LogTraces, 'dialogues' | 'counts'> {
  /** Films of the project. `speaks`: a dialogue, a question or an item ties it to the person; who is only seen, nobody can say but people. */
  readonly films: readonly { readonly file: string; readonly name: string; readonly speaks: boolean }[];
  /** Data sets of the project that have the name. */
  readonly datasets: readonly { readonly dataset: string; readonly name: string; readonly places: number }[];
  /** Campaigns with the person. `own`: what is annotated is the project's. */
  readonly campaigns: readonly (Omit<SpeakerTraces, 'resting'> & {
    readonly campaign: string;
    readonly title: string;
    readonly own: boolean;
    /** Items that are withdrawn. */
    readonly withdrawn: number;
  })[];
}

/** What the log has. */
export function logTraces({ events, dialogues, explanations, studies, files }: State, sought: Sought): LogTraces {
  const without = withoutName(sought);
  const hers = new Set<string>(); // dialogues with a turn of the person, in any version
  const named = new Set<string>();
  const own = new Set<string>();
  for (const event of events.values()) {
    if (event.type === 'dialogue-added' && event.project === sought.project) own.add(event.dialogue);
    if ((event.type !== 'dialogue-added' && event.type !== 'dialogue-changed') || !own.has(event.dialogue)) continue;
    if (without.says(event.utterances)) hers.add(event.dialogue);
    if (without.count(...event.utterances.map(({ text }) => text)) > 0) named.add(event.dialogue);
  }
  const found = [...dialogues.values()].filter(({ project }) => project === sought.project);
  const listed = found.flatMap(({ dialogue, name, utterances }) => {
    const [theirs, others] = [utterances.filter((turn) => isCalled(turn.speaker, sought.name)), utterances.map(({ text }) => text)];
    const mentions = without.count(name, ...others.filter((_, i) => !isCalled(utterances[i]!.speaker, sought.name)));
    return theirs.length + mentions > 0 ? [{ dialogue, name, turns: theirs.length, mentions }] : [];
  });
  const rests = [...explanations.values()].filter(
    ({ project, dialogue, question, over }) =>
      project === sought.project &&
      (hers.has(dialogue) ||
        sought.files.includes(question.file ?? '') ||
        (over === undefined && named.has(dialogue)) ||
        without.count(JSON.stringify(over?.result ?? '')) > 0),
  );
  const items = [...studies.values()].flatMap((study) => (study.project === sought.project ? study.items : []));
  const titles = [
    ...[...studies.values()].flatMap(({ project, title }) => (project === sought.project ? [title] : [])),
    ...[...files.values()].flatMap(({ project, name }) => (project === sought.project ? [name] : [])),
  ];
  const rated = items.filter((item) => restsOn(item, sought)).length;
  const said = items.flatMap(({ context, texts }) => [context, ...texts.map(({ text }) => text)]);
  return {
    dialogues: listed,
    ever: [...new Set([...hers, ...named])],
    explanations: rests.map(({ id }) => id),
    rated,
    counts: {
      turns: listed.reduce((sum, { turns }) => sum + turns, 0),
      mentions: listed.reduce((sum, { mentions }) => sum + mentions, 0) + without.count(...said, ...titles),
      explanations: rests.length,
      rated,
    },
  };
}

/** All of it: the log, films, data sets (each is read in a thread of its own) and campaigns. Throws what reading a data set throws. */
export async function tracesOf(server: Server, sought: Sought): Promise<Traces> {
  const { state } = server.log;
  const inLog = logTraces(state, sought);
  const ofProject = <T extends { readonly project: string }>(things: ReadonlyMap<string, T>): T[] =>
    [...things.values()].filter(({ project }) => project === sought.project);
  const datasets: { dataset: string; name: string; places: number }[] = [];
  for (const { id, name, received } of ofProject(state.sets)) {
    if (received === undefined) continue;
    const places = await inThread({ task: 'name', file: setFileOf(server, { id, name }), name: sought.name });
    if (places > 0) datasets.push({ dataset: id, name, places });
  }
  const campaigns: Traces['campaigns'][number][] = [];
  const filmed = new Set<string>(); // films with an item of the person
  const ever = everOf(state, sought.project);
  for (const campaign of await server.campaigns()) {
    const desk = await server.campaign(campaign);
    const { resting, ...found } = speakerIn(desk.state, { speaker: sought.name, mentions: sought.mentions, clips: sought.files });
    if (found.items + found.mentions + resting.length === 0) continue;
    const items = [...desk.state.items.values()].map(({ item }) => item);
    for (const { clip, speaker, turns = [] } of items)
      if (clip !== undefined && [{ speaker }, ...turns].some((one) => isCalled(one.speaker, sought.name))) filmed.add(clip);
    const own =
      state.campaigns.get(campaign) === sought.project ||
      items.some(({ dialogue, clip }) => ever.has(dialogue ?? '') || ever.has(clip ?? ''));
    campaigns.push({ campaign, title: desk.state.settings?.title ?? '', own, withdrawn: resting.length, ...found });
  }
  const spoken = new Set(inLog.dialogues.flatMap(({ dialogue, turns }) => (turns > 0 ? [dialogue] : [])));
  for (const { dialogue, question } of ofProject(state.explanations)) if (spoken.has(dialogue)) filmed.add(question.file ?? '');
  for (const { items } of ofProject(state.studies))
    for (const { clip, turns = [] } of items) if (turns.some(({ speaker }) => isCalled(speaker, sought.name))) filmed.add(clip ?? '');
  const stems = new Set(inLog.dialogues.flatMap(({ name, turns }) => (turns > 0 ? [stem(name)] : []))); // a film and its subtitles are called alike
  const films = ofProject(state.files).map(({ id: file, name }) => ({ file, name, speaks: filmed.has(file) || stems.has(stem(name)) }));
  return { dialogues: inLog.dialogues, counts: inLog.counts, films, datasets, campaigns };
}

/** Dialogues and films that a project has, or had. */
function everOf({ events }: State, project: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const event of events.values()) {
    if (event.type === 'dialogue-added' && event.project === project) found.add(event.dialogue);
    if (event.type === 'upload-begun' && event.project === project) found.add(event.file);
  }
  return found;
}

const stem = (name: string): string => name.replace(/\.\w{1,5}$/, '').toLowerCase();
