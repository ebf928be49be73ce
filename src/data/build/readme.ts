import type { Settings } from './manifest.ts';
import { LEFT_OUT, type LeftOutCode } from './plan.ts';
import type { Source } from './source.ts';

/** What the texts beside a data set say of it. */
export interface Told {
  readonly kind: Source['kind'];
  readonly parts: readonly string[];
  readonly settings: Settings;
  readonly dialogues: number;
  readonly targets: number;
  readonly leftOut: Readonly<Partial<Record<LeftOutCode, number>>>;
  /** Names of all files but the manifest, README and rebuild.sh. */
  readonly files: readonly string[];
}

const WHAT: Readonly<Record<string, string>> = {
  'dialogues.jsonl': 'every dialogue: speakers, words, emotions; start and end are seconds of its films',
  'repairs.jsonl': 'what was wrong with the source and is mended here, each with its reason',
  'clips.jsonl': 'SHA-256 of every clip that was used, and what is wrong with those that were not',
  'films.jsonl': 'every film: its SHA-256, and when each utterance is said in it',
  'train.json': 'targets for training, in the format of ECEM, with empty explanations',
  'dev.json': 'targets for development, the same way',
  'test.json': 'targets for the test, the same way',
  'ecem.json': 'all targets, in the format of ECEM, with empty explanations',
};

/** README.txt: what is in the folder, what is not, and how to get it. */
export function readmeOf({ kind, settings, dialogues, targets, leftOut, files }: Told): string {
  const missing = Object.entries(leftOut) as [LeftOutCode, number][];
  return `Emotion causes in conversations: what is to be explained
========================================================

${dialogues} dialogues with ${targets} utterances whose emotion is not neutral, made by famenet dataset build from ${SOURCES[kind]}.
For each of them somebody can say why its speaker feels so, from a film that ends with it (Wang et al., Generative
Emotion Cause Explanation in Multimodal Conversations, 2025, section 3). The explanations are empty:
  famenet annotate open FILE
opens a campaign to write them.

There is no clip and no film in this folder, and there must be none: they belong to others. Whoever has the same
source makes the same films with
  sh rebuild.sh SOURCE OUT
and manifest.json has the SHA-256 of everything.

Files
${files.map((file) => `  ${file.padEnd(18)}${WHAT[file] ?? ''}`).join('\n')}
  manifest.json     settings, counts, hashes, and every target that was left out, with the reason
  rebuild.sh        the command that made this

Rules
  A film holds the clips of all utterances up to its target, and nothing that comes later. Openings that repeat what
  was shown are left out, and the sound with them. A clip that goes on after its utterance is cut.
  ${settings.gaps === 'after' ? 'Where an earlier clip cannot be used, the film begins behind it.' : 'Where an earlier clip cannot be used, the target is left out.'} A target without a clip of its own is left out.
${settings.split.by === 'dialogues' ? '  Dialogues of one episode, and those that share an utterance of five words or more, are on one side of the split.\n' : ''}${missing.length === 0 ? '' : `\nLeft out\n${missing.map(([code, count]) => `  ${String(count).padStart(5)}  ${LEFT_OUT[code]}`).join('\n')}\n`}`;
}

const SOURCES: Readonly<Record<Source['kind'], string>> = { meld: 'MELD', clips: 'a folder of clips' };

/** rebuild.sh: the same again, and a comparison with what is published. */
export function rebuildScript({ kind, parts, settings: { films, gaps, quality, split }, files }: Told): string {
  const options = [
    `--${kind} "$source" --out "$out"`,
    ...parts.map((part) => `--parts ${part}`),
    ...(films ? [`--gaps ${gaps} --quality ${quality}`] : ['--no-clips']),
    `--split ${split.by} --seed ${split.seed} --dev ${split.dev} --test ${split.test}`,
  ];
  return `#!/bin/sh
# Makes this data set and its films again from the same source: sh rebuild.sh SOURCE OUT
# FAMENET: the command, where it is not "famenet". The films go into OUT.films, unless FILMS names another folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=\${1:?the folder of the source}
out=\${2:?the folder to make}
\${FAMENET:-famenet} dataset build ${options.join(' \\\n  ')}${films ? ` --clips-out "\${FILMS:-$out.films}"` : ''}
same=0
for file in ${files.join(' ')}; do
  cmp "$here/$file" "$out/$file" || same=1
done
exit $same
`;
}
