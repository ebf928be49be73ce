import { command } from './command.ts';
import { SERVE_ARGS, serving } from './serving.ts';

export default command({
  name: 'serve',
  about: 'Serve annotation, ratings, films and explanations to this machine or to a team',
  examples: ['famenet serve --data campaign', 'famenet serve --data campaign --team --host 0.0.0.0 --origin https://annotate.example.org'],
  args: SERVE_ARGS,
  run: ({ args, out, signal }) => serving({ args, out, signal }),
});
