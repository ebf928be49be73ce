import { basename } from 'node:path';
import { emotionHint, emotionNamed } from '../../base/emotion.ts';
import { isRecord } from '../../base/file.ts';
import { unfit } from './authors.ts';
import { type Entry, lean } from './entry.ts';
import { damagedSet, json } from './form.ts';
import { bySplit, type Format, fileOfSplit, fitting, splitOfFile } from './format.ts';

/** Follows the first answer where somebody wrote down how it was found. */
const WHY = 'How can that be told?';

/** What LLaVA and its relatives are trained on, with films or pictures of any name and with the reasoning as a second question. */
export const llava: Format = {
  about: "conversations of LLaVA with `video` or `image`; the reasoning is a second question's answer",
  loses: [
    'Each split is a file, and entries come back in the order of these names.',
    'Only id, split, clip, emotion, speaker, text, cause and reasoning are carried.',
    'Left out: entries without a cause; speakers with `:`, `<` or `>` in their name; texts with `<video>` or `<image>`, which LLaVA reads as pictures.',
  ],
  folder: false,
  write({ entries }) {
    const parts = [...bySplit(entries)].map(([split, part]) => ({ split, ...fitting(part, exampleOf) }));
    return {
      files: new Map(parts.map(({ split, rows }) => [fileOfSplit(split, 'json'), `${JSON.stringify(rows, null, 1)}\n`])),
      left: parts.flatMap(({ left }) => left),
    };
  },
  read(files, at) {
    const entries = [...files].flatMap(([file, content]) => {
      const where = files.size === 1 ? at : `${at}/${file}`;
      const found = json(content, where);
      if (!Array.isArray(found)) throw damagedSet(where, 'a list of {id, video or image, conversations}', content.trim().slice(0, 60));
      return found.map((example: unknown, i) => entryOf(example, splitOfFile(file), `${where}, entry ${i + 1}`));
    });
    return { name: basename(at).replace(/\.\w+$/, ''), entries };
  },
};

const PICTURE = /\.(png|jpe?g|webp|bmp)$/i;

function exampleOf(entry: Entry): object | string {
  const { id, clip, emotion, speaker = '', text = '', cause, reasoning } = entry;
  const why =
    unfit(entry) ?? (reasoning !== undefined && /<(?:video|image)>/.test(reasoning) ? 'a reasoning with <video> or <image>' : undefined);
  if (why !== undefined) return why;
  const key = clip === undefined ? undefined : PICTURE.test(clip) ? 'image' : 'video';
  const question = `Explain why the emotion of this statement is ${emotion} <${speaker}: ${text}>`;
  return {
    id,
    ...(key === undefined ? {} : { [key]: clip }),
    conversations: [
      { from: 'human', value: key === undefined ? question : `<${key}>\n${question}` },
      { from: 'gpt', value: cause },
      ...(reasoning === undefined
        ? []
        : [
            { from: 'human', value: WHY },
            { from: 'gpt', value: reasoning },
          ]),
    ],
  };
}

const QUESTION = /^(?:<(?:video|image)>\n)?Explain why the emotion of this statement is (\S+) <([^:<>]*): ([\s\S]*)>$/;

function entryOf(example: unknown, split: string | undefined, at: string): Entry {
  const { id, video, image, conversations } = isRecord(example) ? example : {};
  const said = Array.isArray(conversations) ? conversations.map((one: unknown) => (isRecord(one) ? one.value : undefined)) : [];
  const [question, cause, , reasoning] = said;
  const found = typeof question === 'string' ? QUESTION.exec(question) : null;
  if ((typeof id !== 'string' && typeof id !== 'number') || found === null || typeof cause !== 'string')
    throw damagedSet(
      at,
      'an id, "Explain why the emotion of this statement is joy <Ross: Hi.>", and an answer',
      JSON.stringify(example).slice(0, 80),
    );
  const emotion = emotionNamed(found[1]!);
  if (emotion === undefined) throw damagedSet(at, emotionHint(found[1]!), JSON.stringify(found[1]));
  const clip = [video, image].find((one) => typeof one === 'string');
  return lean({
    id: `${id}`,
    split,
    emotion,
    speaker: found[2]!,
    text: found[3]!,
    clip,
    cause,
    ...(typeof reasoning === 'string' ? { reasoning } : { reasoning: undefined }),
  });
}
