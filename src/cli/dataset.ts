import { group } from './command.ts';
import { build } from './dataset-build.ts';
import { clean } from './dataset-clean.ts';
import { doctor } from './dataset-doctor.ts';
import { exportSet } from './dataset-export.ts';
import { importSet } from './dataset-import.ts';
import { patch } from './dataset-patch.ts';
import { stats } from './dataset-stats.ts';

/** A verb is a file of its own, `dataset-<verb>.ts`, and a name in this list. */
export default group({
  name: 'dataset',
  about: 'Look after the data that is trained on and measured against',
  commands: [build, clean, doctor, patch, stats, exportSet, importSet],
});
