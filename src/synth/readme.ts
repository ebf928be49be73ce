import type { Recipe } from './folder.ts';
import { KINDS, type Kind, PARTS } from './world.ts';

const KIND_TEXT: Readonly<Record<Kind, string>> = {
  word: 'what the other one said before; nothing happens, and the other one keeps a straight face',
  picture: 'what is seen to happen; the words are the same for all that may happen',
  face: 'how the other one looks while answering; the words are the same for all faces, and nothing happens',
};

const FORMAT = 'questions and answers in the format of ECEM (LLaVA conversations)';

/** What lies in the folder of a made world, for whoever finds it. `seconds` are those of the dialogues that were told, together. */
export function readme(
  { seed, dialogues, split, part, film }: Recipe,
  { world, seconds, told }: { readonly world: number; readonly seconds: number; readonly told: number },
): string {
  const films = film ? `${film.width} x ${film.height} at ${film.fps} pictures a second` : 'without films';
  const files: readonly (readonly [string, string])[] = [
    ...(film
      ? ([
          ['films/D_U.mp4', 'dialogue D up to and with utterance U (from 0)'],
          ['films/D_U.json', 'its words and times'],
        ] as const)
      : []),
    ['dialogues.jsonl', 'all dialogues: {id, utterances: [{speaker, text, start, end, emotion}]}, times in seconds'],
    ['truth.jsonl', '{id, utterance, emotion, cause, kind, needs, …}'],
    ...(part ? [part] : split ? PARTS : ['ecem']).map((name) => [`${name}.json`, FORMAT] as const),
    ['manifest.json', 'the settings, and every file with its SHA-256'],
  ];
  const rows = (of: readonly (readonly [string, string])[]) => of.map(([name, about]) => `  ${name.padEnd(17)}${about}`).join('\n');
  return `This is a made world. Its people are drawn, their words come from a grammar, and their feelings from random numbers.
Results on it show whether a system uses words, pictures and faces; they say nothing about real people. Label them "made world".

Made by famenet synth: version ${world} of the world, seed ${seed}, ${dialogues} dialogues${part ? `, of which the ${told} of the part ${part} are here` : ''}, ${films}.
A dialogue has ${(seconds / Math.max(1, told)).toFixed(1)} seconds on average. Its last utterance has an emotion, and that has one cause.

${rows(files)}

"kind" says which modality alone tells the cause from its alternatives:
${rows(KINDS.map((kind) => [kind, KIND_TEXT[kind]] as const))}
"needs" lists every modality that a part of the sentence comes from (T words, V picture, E faces). Names are only in the words.
The question names the speaker's own emotion, so a face cause is always in the face of the other one.
Only voices are heard: neither what happens nor how somebody feels can be told from the sound.
${split ? '\nNo explanation is in two of the parts: for each situation and thing some people and rooms were kept for the test, others for dev.json.\n' : ''}`;
}
