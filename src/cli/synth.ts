import { UsageError } from '../base/errors.ts';
import { showBytes, showSeconds } from '../base/units.ts';
import { PARTS, SIZES, type SizeName, WORLD_VERSION, writeWorld } from '../synth/index.ts';
import { choice, command, flag, integer, path } from './command.ts';

export default command({
  name: 'synth',
  about: 'Make films of drawn people whose emotions have known causes, for tests and experiments',
  examples: [
    'famenet synth world --dialogues 20 --seed 1',
    'famenet synth world --dialogues 2000 --seed 1 --split --size 480x360',
    'famenet synth test --dialogues 1000 --seed 2 --split --part test',
    'famenet synth words --dialogues 50000 --seed 1 --split --no-video --json',
  ],
  args: {
    folder: path({ positional: true, about: 'folder to make; a world that is there already goes on, with more dialogues or after a stop' }),
    dialogues: integer({ min: 1, max: 99_999, default: 10, about: 'how many' }),
    seed: integer({ default: 0, about: 'the same seed makes the same world' }),
    split: flag({ about: 'eight tenths for training, one for development, one for a test with unseen combinations' }),
    part: choice(PARTS, { about: 'of a split world, only what belongs to this part: the stories keep their numbers' }),
    video: flag({ default: true, about: 'no films, only words and truth' }),
    size: choice(Object.keys(SIZES) as SizeName[], { default: '320x240', about: 'pixels of the films' }),
    fps: integer({ min: 4, max: 30, default: 12, about: 'pictures a second' }),
  },
  async run({ args, out, signal }) {
    const { folder, dialogues, seed, split, part } = args;
    if (part !== undefined && !split)
      throw new UsageError('USAGE_VALUE', 'A world has parts only where it is split', {
        at: '--part',
        expected: '--split beside it',
        got: `--part ${part} alone`,
        fix: 'add --split, or leave --part out',
      });
    const started = performance.now();
    const film = args.video ? { film: { ...SIZES[args.size], fps: args.fps } } : {};
    const made = await writeWorld(
      folder,
      { seed, dialogues, split, ...(part === undefined ? {} : { part }), ...film },
      { signal, progress: (done) => out.progress({ done, total: dialogues, unit: 'dialogues', label: 'Making the world' }) },
    );
    const { films, kinds } = made;
    out.line(`Made world: ${folder}`);
    out.line(`Dialogues: ${made.dialogues}, kinds of situations: ${made.situations}`);
    out.line(`Causes: ${kinds.word} in words, ${kinds.picture} in the picture, ${kinds.face} in a face`);
    if (args.video) {
      const kept = films.kept > 0 ? `, ${films.kept} of them were there` : '';
      out.line(`Films: ${films.made + films.kept}, ${showSeconds(made.seconds)} min, ${showBytes(films.bytes)}${kept}`);
    }
    out.line(`Files: ${made.files.join(', ')}`);
    out.done({
      ...made,
      world: WORLD_VERSION,
      recipe: { seed, split, ...(part === undefined ? {} : { part }), ...film },
      took: Math.round(performance.now() - started) / 1000,
    });
  },
});
