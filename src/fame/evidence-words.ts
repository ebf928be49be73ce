/** Evidence in sentences. They speak of the model and its answer: what moved a network does not say why a person shows an emotion. */
import type { Evidence, Weight } from './evidence.ts';
import { MODALITIES, type Modality } from './prompt.ts';

/** Turns, pictures or faces that are named at most; the numbers of all are in the data. */
const MOST = 3;
/** Below this change of the mean log-likelihood (nats), a part is said to make hardly any difference: 2 %. */
const SLIGHT = 0.02;
/** Larger ratios say nothing more. */
const LARGE = 1000;

const NAMES = {
  V: 'the video',
  T: 'the words',
  E: 'the faces',
} as const satisfies Record<Modality, string>;

/** The caution that goes with every weight. */
export const ABOUT_MODEL = 'This says what the model leaned on for its words, not whether they are true, and nothing about the person.';

/** What was given, in one sentence; then, where it was weighed, what counted, and the caution. */
export function evidenceInWords(e: Evidence): string[] {
  return e.answer === undefined ? [givenSentence(e)] : [givenSentence(e), ...maskedSentences(e), ...sharesSentence(e), ABOUT_MODEL];
}

function givenSentence({ turns, frames, faces, modalities }: Evidence): string {
  const parts = [
    ...(modalities.T
      ? [
          span(
            'turn',
            turns.map(({ turn }) => turn),
          ),
        ]
      : []),
    ...(modalities.V ? [`${count(frames.length, 'picture')} from ${seconds(frames.at(0)!.t)} to ${seconds(frames.at(-1)!.t)}`] : []),
    ...(modalities.E ? [count(faces.length, 'face')] : []),
  ];
  return `Given: ${parts.join('; ')}.`;
}

/** Modalities first, then the turns that cost most. Averages over tokens, since the ratio of whole answers grows with their length. */
function maskedSentences({ turns, modalities }: Evidence): string[] {
  const whole = MODALITIES.flatMap((m) => (modalities[m]?.lost === undefined ? [] : [{ name: NAMES[m], lost: modalities[m].lost }]));
  const most = turns
    .flatMap(({ turn, lost }) => (lost === undefined ? [] : [{ name: `turn ${turn}`, lost }]))
    .toSorted((a, b) => Math.abs(b.lost) - Math.abs(a.lost))
    .slice(0, MOST);
  return [...whole, ...most].map(({ name, lost }) => `Without ${name} the model would find ${changed(lost)}.`);
}

function changed(lost: number): string {
  if (Math.abs(lost) < SLIGHT) return 'its answer about as likely';
  const ratio = Math.exp(Math.abs(lost));
  const times = ratio > LARGE ? `more than ${LARGE}` : ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0);
  return `each token of its answer ${times} times ${lost > 0 ? 'less' : 'more'} likely on average`;
}

function sharesSentence({ turns, frames, faces, answer }: Evidence): string[] {
  if (answer?.rest === undefined) return [];
  const shared = (name: string, { share }: Weight) => (share === undefined ? [] : [{ name, share }]);
  const most = [
    ...turns.flatMap((t) => shared(`turn ${t.turn}`, t)),
    ...frames.flatMap((f) => shared(`the picture at ${seconds(f.t)}`, f)),
    ...faces.flatMap((f) => shared(`the line about face ${f.face}`, f)),
    ...((answer.spatial ?? 0) > 0 ? [{ name: 'the pictures taken together', share: answer.spatial! }] : []),
  ]
    .toSorted((a, b) => b.share - a.share)
    .slice(0, MOST)
    .map(({ name, share }) => `${name} ${percent(share)}`);
  return [`Shares of gradient × input: ${[...most, `our own words ${percent(answer.rest)}`].join(', ')}.`];
}

function span(noun: string, numbers: readonly number[]): string {
  const [first, last] = [numbers.at(0), numbers.at(-1)];
  return first === last ? `${noun} ${first}` : `${noun}s ${first} to ${last}`;
}

const count = (n: number, noun: string): string => `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`;
const seconds = (t: number): string => `${t.toFixed(1)} s`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
