import { type Progress, progressOf } from './progress.ts';
import type { Campaign, Settings } from './state.ts';

/** The paragraph of a paper that says how the data were annotated, with this campaign's own numbers. English, plain text; empty before the campaign opens. */
export function protocolParagraph(campaign: Campaign): string {
  const { settings } = campaign;
  if (settings === undefined) return '';
  const progress = progressOf(campaign);
  return [...how(settings, progress), ...gate(settings, progress), ...outcome(progress)].join(' ');
}

function how({ policy, guidelines }: Settings, { people }: Progress): string[] {
  const did = (what: 'drafts' | 'votes') => people.filter((person) => person[what] > 0).length;
  const versions = guidelines.map(({ version }) => version).join(', ');
  const training =
    policy.training.items > 0
      ? ` Formal work began after a training round of ${counted(policy.training.items, 'random item')} that every adjudicator had to approve (${people.filter(({ approved }) => approved).length} people approved).`
      : '';
  return [
    `Two of ${counted(did('drafts'), 'annotator')} wrote a cause for each utterance, with their reasoning and evidence from each modality, without seeing each other's (guidelines ${versions}).${training}`,
  ];
}

function gate({ policy }: Settings, { gate, votes }: Progress): string[] {
  if ('none' in policy.gate)
    return [`Agreement was not measured (${policy.gate.none}); every pair was discussed until both accepted one text.`];
  const { signature, threshold, calibration } = policy.gate;
  return [
    `Agreement of the two causes was measured with ${signature}; pairs above ${threshold} went to a vote of ${policy.voters}, all others to a discussion until both accepted one text.`,
    `At that threshold ${percent(calibration.passing.matched)} of ${calibration.pairs.matched} matched and ${percent(calibration.passing.shuffled)} of ${calibration.pairs.shuffled} shuffled pairs pass.`,
    `Of ${counted(gate.measured, 'measured pair')} ${gate.passed} passed${gate.mean === undefined ? '' : ` (mean score ${gate.mean.toFixed(3)})`}; of ${counted(votes.panels, 'panel')} ${votes.unanimous} were unanimous${votes.alpha === undefined ? '' : ` (Krippendorff's alpha ${votes.alpha.toFixed(3)}, nominal)`}.`,
  ];
}

function outcome({ statuses, published, words, items }: Progress): string[] {
  const length = words === undefined ? '' : ` The mean length of a cause is ${words.toFixed(1)} words.`;
  return [
    `Of ${counted(items, 'item')} ${statuses.published} are published, ${published.majority} by majority and ${published.discussion} by discussion; ${statuses.withdrawn} were withdrawn.${length}`,
  ];
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
