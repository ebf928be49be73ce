/** What a campaign has published, as a data set like any other. */
import { type Annotation, type DataSet, type Entry, type EntryText, lean, type Round, type SetAsideRound } from '../data/exchange/index.ts';
import { type Campaign, type Draft, type Result, results, type SetAside, type Written } from '../protocol/index.ts';

/**
 * What a campaign has published, with all that led to it. People get pseudonyms in the order in which they came, revisions names in the order of
 * their times; ids of events stay behind. What people wrote is left as they wrote it.
 */
export function campaignSet(name: string, campaign: Campaign): DataSet {
  const { settings, people } = campaign;
  const pseudonyms = new Map([...people.keys()].map((id, i) => [id, `p${i + 1}`]));
  const called = (id: string) => pseudonyms.get(id) ?? 'unknown';
  const entries = results(campaign).map((result) => entryOf(result, called));
  if (settings === undefined) return { name, entries };
  const { title, policy, guidelines } = settings;
  const gate = 'none' in policy.gate ? { none: policy.gate.none } : { signature: policy.gate.signature, threshold: policy.gate.threshold };
  return {
    name,
    entries,
    protocol: {
      title,
      voters: policy.voters,
      gate,
      guidelines: guidelines.map(({ version, text }) => ({ version, text })),
      people: [...people.values()].map(({ id, roles }) => ({ id: called(id), roles: [...roles].sort() })),
    },
  };
}

type Called = (id: string) => string;

function entryOf({ item, cause, reasoning, evidence, how, text, at, ...rest }: Result, called: Called): Entry {
  const { drafts, discussion, measured, votes, setAside } = rest;
  const { name, round } = roundOf({ drafts: [drafts.a, drafts.b], votes, discussion, measured }, called);
  const annotation: Annotation = { how, text: name(text), at, ...round, setAside: setAside.map((one) => asideOf(one, called)) };
  const { id, emotion, modalities, dialogue, utterance, speaker, text: said, clip, turns } = item;
  return lean({
    id,
    emotion,
    dialogue,
    utterance,
    speaker,
    text: said,
    clip,
    turns,
    cause,
    reasoning,
    evidence,
    senses: modalities,
    annotation,
  });
}

function asideOf({ round, at, by, reason, drafts, votes, measured, discussion }: SetAside, called: Called): SetAsideRound {
  const accepted = Object.fromEntries([...(discussion?.accepted ?? [])].map(([person, choice]) => [person, choice.text]));
  const talk = { messages: discussion?.messages ?? [], revisions: discussion?.revisions ?? [], accepted };
  return { round, at, by: called(by), reason, ...roundOf({ drafts, votes, measured, discussion: talk }, called).round };
}

/** A round by pseudonyms, and the names of its texts. */
function roundOf(
  {
    drafts,
    votes,
    measured,
    discussion: { messages, revisions, accepted },
  }: Pick<Result, 'votes' | 'discussion'> & { readonly drafts: readonly Draft[]; readonly measured?: Result['measured'] | undefined },
  called: Called,
): { readonly round: Round; readonly name: (text: string) => string } {
  const names = new Map(revisions.map(({ id }, i) => [id, `revision-${i + 1}`]));
  const name = (text: string) => names.get(text) ?? text;
  const round: Round = {
    drafts: drafts.map((draft) => textOf(draft, called)),
    ...(measured === undefined ? {} : { measured }),
    votes: votes.map(({ by, at, choice, note }) => ({ by: called(by), at, choice, ...(note === undefined ? {} : { note }) })),
    messages: messages.map(({ by, at, text }) => ({ by: called(by), at, text })),
    revisions: revisions.map((revision) => textOf(revision, called)),
    accepted: Object.entries(accepted).map(([person, text]) => ({ by: called(person), text: name(text) })),
  };
  return { round, name };
}

const textOf = ({ by, at, writing: { cause, reasoning, evidence }, guidelines }: Written, called: Called): EntryText => ({
  by: called(by),
  at,
  cause,
  reasoning,
  evidence,
  ...(guidelines === undefined ? {} : { guidelines }),
});
