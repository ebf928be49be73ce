import { group } from './command.ts';
import { clean } from './dataset-clean.ts';
import { doctor } from './dataset-doctor.ts';
import { patch } from './dataset-patch.ts';

/** A verb is a file of its own, `dataset-<verb>.ts`, and a name in this list. */
export default group({
  name: 'dataset',
  about: 'Look after the data that is trained on and measured against',
  commands: [clean, doctor, patch],
});
