import { showBytes, showSeconds } from '../base/units.ts';
import { SIZES, type SizeName, WORLD_VERSION, writeWorld } from '../synth/index.ts';
import { choice, command, flag, integer, path } from './command.ts';

export default command({
  name: 'synth',
  about: 'Make films of drawn people whose emotions have known causes, for tests and experiments',
  examples: [
    'famenet synth world --dialogues 20 --seed 1',
    'famenet synth world --dialogues 2000 --seed 1 --split --size 480x360',
    'famenet synth words --dialogues 50000 --seed 1 --split --no-video --json',
  ],
  args: {
    folder: path({ positional: true, about: 'folder to make; a world that is there already goes on, with more dialogues or after a stop' }),
    dialogues: integer({ min: 1, max: 99_999, default: 10, about: 'how many' }),
    seed: integer({ default: 0, about: 'the same seed makes the same world' }),
    split: flag({ about: 'eight tenths for training, one for development, one for a test with unseen combinations' }),
    video: flag({ default: true, about: 'no films, only words and truth' }),
    size: choice(Object.keys(SIZES) as SizeName[], { default: '320x240', about: 'pixels of the films' }),
    fps: integer({ min: 4, max: 30, default: 12, about: 'pictures a second' }),
  },
  async run({ args, out, signal }) {
    const { folder, dialogues, seed, split } = args;
    const started = performance.now();
    const film = args.video ? { film: { ...SIZES[args.size], fps: args.fps } } : {};
    const made = await writeWorld(
      folder,
      { seed, dialogues, split, ...film },
      { signal, progress: (done) => out.progress({ done, total: dialogues, unit: 'dialogues', label: 'Making the world' }) },
    );
    const { films, kinds } = made;
    out.line(`Made world: ${folder}`);
    out.line(`Dialogues: ${dialogues}, kinds of situations: ${made.situations}`);
    out.line(`Causes: ${kinds.word} in words, ${kinds.picture} in the picture, ${kinds.face} in a face`);
    if (args.video) {
      const kept = films.kept > 0 ? `, ${films.kept} of them were there` : '';
      out.line(`Films: ${films.made + films.kept}, ${showSeconds(made.seconds)} min, ${showBytes(films.bytes)}${kept}`);
    }
    out.line(`Files: ${made.files.join(', ')}`);
    out.done({
      ...made,
      world: WORLD_VERSION,
      recipe: { seed, split, ...film },
      took: Math.round(performance.now() - started) / 1000,
    });
  },
});
