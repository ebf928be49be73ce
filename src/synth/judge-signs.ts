import type { PICTURE_SITUATIONS } from './happenings.ts';
import type { LOOK_SITUATIONS } from './looks.ts';
import type { WORD_SITUATIONS } from './words.ts';
import type { Felt } from './world.ts';

/** Every situation of the world. No two kinds share a name. */
export type SituationName = keyof typeof WORD_SITUATIONS | keyof typeof PICTURE_SITUATIONS | keyof typeof LOOK_SITUATIONS;

/**
 * Which words say that this happened, whatever the rest of the sentence is. They are looked for in lower case, without articles, marks and names of rooms
 * (a living room is no sign of somebody who lives elsewhere). Each meets all wordings of its own causes and none of the others: judge.test.ts tries all.
 */
export const SITUATION_SIGNS: Readonly<Record<SituationName, RegExp>> = {
  gift: /\b(buy\w*|bought|gifts?|gets?|got)\b/,
  found: /\b(finds?|found|finding)\b(?!( \w+)? beetles?)/,
  broke: /\b(break|breaks|breaking|broke|broken)\b/,
  lent: /\b(giv\w+|gave|give)\b.*\baway\b|\blet\b.*\bhave\b|\blen(d|ds|ding|t)\b|\bwithout asking\b/,
  train: /\btrains?\b/,
  moving: /\b(mov|liv)(e|es|ed|ing)\b/,
  noise: /\bfootsteps?\b|\b(mid)?nights?\b/,
  speech: /\bspeech(es)?\b|\b(speak|speaks|speaking|spoke|talk|talks|talked|talking)\b/,
  stale: /\bmonths?\b|\bstale\b/,
  beetle: /\bbeetles?\b/,
  wedding: /\bweddings?\b|\bmarr(y|ies|ied|ying)\b/,
  lottery: /\blottery\b/,
  drop: /\b(drop|slip)(s|ped|ping)?\b/,
  run: /\b(ran|run|runs|running)\b/,
  bring: /\btable\b|\b(bring|brings|bringing|brought)\b/,
  fall: /\b(fall|falls|fell|falling|fallen)\b|\bwall\b/,
  weather: /\b(rain|snow)(s|ed|ing)?\b|\blightning\b/,
  descend: /\bceiling\b|\b(hang|hangs|hanging|hung)\b/,
  smoke: /\bsmok(e|es|ed|ing)\b/,
  leave: /\b(fly|flies|flew|flown|flying)\b|\bescap(e|es|ed|ing)\b/,
  praise: /\bprais(e|es|ed|ing)\b/,
  plan: /\bagree(s|d|ing)?\b/,
  guest: /\blook(s|ed|ing)?\b.*\b(hear|hears|heard|hearing|coming|visits?|visiting)\b/,
  thanks: /\bthank(s|ed|ing)?\b|\b(take|takes|took|taking)\b/,
};

/** Which words call a face so: those of the explanations, and those that they have for the speaker's feelings. */
export const LOOK_SIGNS: Readonly<Record<Felt, RegExp>> = {
  anger: /\b(furious\w*|angr(y|ily)|annoyed)\b/,
  disgust: /\b(disgust(ed)?|repelled)\b/,
  fear: /\b(frightened|afraid|scared)\b/,
  joy: /\b(overjoyed|happy|happily|delighted)\b/,
  sadness: /\b(miserabl[ey]|sad|sadly|unhappy|unhappily)\b/,
  surprise: /\b(amazed|surprised|astonished)\b/,
};
