import { UsageError } from '../base/errors.ts';
import { readJsonFile } from '../base/file.ts';
import { MODALITIES, type Writing } from '../protocol/index.ts';
import { choice, list, path, text } from './command.ts';

/** What an annotator writes, as options or as a file. */
export const WRITING_ARGS = {
  cause: text({ about: 'why viewers would say that the speaker feels so' }),
  reasoning: text({ about: 'how you got there, in one to three sentences' }),
  turn: list(text(), { about: 'a turn whose words count: 3, or 3=note' }),
  sound: list(text(), { about: 'what is to be heard: 1.5-2=a sob, in seconds of the film' }),
  picture: list(text(), { about: 'what is to be seen: 0-3.2=she drops the cup' }),
  face: list(text(), { about: 'a face and when: 2@1.5=she smiles' }),
  nothing: list(choice(MODALITIES), { about: 'where you looked for evidence and found none' }),
  file: path({
    mustExist: true,
    is: 'file',
    about: 'all of it as JSON: {cause, reasoning, evidence: {text, sound, picture, faces, nothing}}',
  }),
} as const;

type WritingArgs = {
  readonly cause: string | undefined;
  readonly reasoning: string | undefined;
  readonly turn: readonly string[];
  readonly sound: readonly string[];
  readonly picture: readonly string[];
  readonly face: readonly string[];
  readonly nothing: Writing['evidence']['nothing'];
  readonly file: string | undefined;
};

/** The writing that the options or the file describe; whether it will do, the protocol says. Throws USAGE_VALUE, and as `readJsonFile` does. */
export async function writingOf({ file, cause, reasoning, turn, sound, picture, face, nothing }: WritingArgs): Promise<Writing> {
  if (file !== undefined) return (await readJsonFile(file)) as unknown as Writing; // checked with the command that it belongs to
  if (cause === undefined || reasoning === undefined)
    throw new UsageError('USAGE_MISSING', `${cause === undefined ? '--cause' : '--reasoning'} is missing`, {
      expected: '--cause and --reasoning, or --file',
      fix: 'add it',
    });
  const time = (option: string) => (given: string) => {
    const [from, to, note] = parts(option, given, /^([\d.]+)-([\d.]+)=(.+)$/s, 'FROM-TO=NOTE, in seconds');
    return { from: Number(from), to: Number(to), note: note! };
  };
  return {
    cause,
    reasoning,
    evidence: {
      text: turn.map((given) => {
        const [number, note] = parts('--turn', given, /^(\d+)(?:=(.+))?$/s, 'NUMBER or NUMBER=NOTE');
        return { turn: Number(number), ...(note === undefined ? {} : { note }) };
      }),
      sound: sound.map(time('--sound')),
      picture: picture.map(time('--picture')),
      faces: face.map((given) => {
        const [number, second, note] = parts('--face', given, /^(\d+)@([\d.]+)=(.+)$/s, 'FACE@SECOND=NOTE');
        return { face: Number(number), time: Number(second), note: note! };
      }),
      nothing,
    },
  };
}

function parts(at: string, given: string, form: RegExp, expected: string): (string | undefined)[] {
  const found = form.exec(given);
  if (found !== null) return found.slice(1);
  throw new UsageError('USAGE_VALUE', `${at} cannot be ${JSON.stringify(given)}`, { at, expected, got: given, fix: 'see --help' });
}
