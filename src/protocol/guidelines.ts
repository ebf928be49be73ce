import type { Writing } from './writing.ts';

/** A version of the guidelines. Each draft says which one it was written by. */
export interface Guidelines {
  readonly version: string;
  /** Markdown. */
  readonly text: string;
}

/** The guidelines that campaigns open with unless they bring their own. After Wang et al. 2025, §3.1, and what ECEM's own explanations look like. */
export const GUIDELINES: Guidelines = {
  version: '1',
  text: `# How to write the cause of an emotion

You see a conversation up to one utterance, and the emotion that viewers read in its speaker. Write why.

## Before you write

- Watch the whole clip once with sound, then again with your eyes on faces, then listen without looking. Words alone mislead: the same sentence is said in joy and in scorn.
- Only what has happened up to the utterance counts. What comes after it cannot be its cause.
- The label is given. If you would have chosen another, say so in the reasoning, and still write what would lead viewers to the given one.
- If you know one of the people in the clip, or cannot judge it for another reason, declare a conflict of interest and leave the item.

## The cause

- One sentence, in the past tense and the third person, that stands alone: who felt what, and what happened that led to it. About fifteen words; more only if they carry something.
  "Ross was hurt because Rachel laughed at the present that he had made himself."
- Name the event, not its echo. Not "because she said 'Oh my God'" (that is the emotion being spoken), but what she had just seen or heard.
- Name people as the dialogue does. "He" and "she" only where nobody else can be meant.
- Give the cause that lies nearest and is enough. If two are needed, write both; if one only sets the scene, leave it out.
- An implied cause is written as what happened ("Nobody had remembered his birthday"), not as a riddle.
- Do not open every sentence alike. A form of words such as "The reason she was happy was that" says nothing, and metrics reward it all the same.
- Whole words, a full stop at the end, no quotation of more than a few words, no names of actors or episodes.

## The reasoning

One to three sentences on how you got there: which words, sounds and pictures you joined, and which other cause you ruled out.

## Evidence, from each modality

- **text**: the turns whose words count, by number. The utterance itself is evidence only if it names its cause.
- **sound**: seconds from, to, and what is to be heard: a voice that breaks, a shout, laughter, a door, a silence.
- **picture**: seconds from, to, and what is to be seen: an act, a thing, a look at something.
- **faces**: the number of the face, the second, and the expression: whose smile was answered, whose face changed first.
- Where you have looked for evidence in a modality and found none, say so by naming it under "nothing". That is an answer; leaving it open is not.

## What not to write

- No mind reading. You do not know what a person feels, wants or is; you know how viewers would read what can be seen and heard. "Viewers would read her raised voice as anger at the broken promise", not "she secretly hates him".
- No diagnosis, no character ("because he is a coward"), and nothing about anyone's health, origin, faith or orientation that the scene does not turn on.
- No knowledge from other episodes, unless this conversation mentions it.
- No judgement of whether the emotion is right.
- Never "it cannot be determined". Give the item back, and tell a lead why.

## Alone, then together

- Write your draft alone. You cannot see the other one, and you do not talk about the item before both are there.
- Voters compare two drafts without names. Vote for the one that names what happened and is borne out by its evidence, not for the better style; if both are wrong, vote "neither" and say why; if you cannot judge, abstain.
- In a discussion, point at turns and seconds. A revision is accepted when it is what you would sign, not when you are tired.
`,
};

/** What a program can see against a text, as questions to its writer. None of it refuses anything: people know better. */
export function adviceOn({ cause, reasoning }: Writing): string[] {
  return ADVICE.flatMap(({ asks, when }) => (when(cause.trim(), reasoning.trim()) ? [asks] : []));
}

/** Words and sentences beyond which a text is long: three times ECEM's mean of 14.4 words, and the paper's three sentences (§3.1, §3.2). */
const [MANY_WORDS, FEW_WORDS, SENTENCES] = [43, 5, 3];

const sentences = (text: string): number => text.split(/[.!?…]+(?:\s|$)/).filter((part) => part.trim() !== '').length;
const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;

const ADVICE: readonly { readonly asks: string; readonly when: (cause: string, reasoning: string) => boolean }[] = [
  { asks: 'The cause has fewer than five words: does it stand alone?', when: (cause) => words(cause) < FEW_WORDS },
  { asks: 'The cause is three times as long as most: what can go?', when: (cause) => words(cause) > MANY_WORDS },
  { asks: 'The cause has no full stop: is it whole?', when: (cause) => !/[.!?…]["'”’)]?$/.test(cause) },
  { asks: 'The reasoning has more than three sentences: which are needed?', when: (_, reasoning) => sentences(reasoning) > SENTENCES },
  {
    asks: 'The cause opens with "The reason … was": can it begin with what happened?',
    when: (cause) => /^the reason\b.*\b(was|is)\b/i.test(cause),
  },
  {
    asks: 'The cause says that nothing can be said: would you rather give the item back?',
    when: (cause) => /\b(cannot|can't|could not|impossible to) (be )?(determine|tell|know|say)/i.test(cause),
  },
  {
    asks: '"Secretly", "deep down", "subconsciously": what can viewers see or hear of it?',
    when: (cause, reasoning) =>
      /\b(secretly|deep down|subconscious(ly)?|unconscious(ly)?|in (his|her|their) heart)\b/i.test(`${cause} ${reasoning}`),
  },
  {
    asks: 'The text looks damaged (letters of a wrong encoding).',
    when: (cause, reasoning) => /\ufffd|â€|Ã[\u0080-\u00bf]/.test(`${cause} ${reasoning}`),
  },
];
