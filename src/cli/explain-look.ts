/** Looking at a film for an explanation, with a bar for people to look at; see `lookAt` of src/fame. */
import type { Fame } from '../fame/fame.ts';
import { type Looked, type Looking, lookAt as look } from '../fame/look.ts';
import type { Out } from './out.ts';

/** The same as `lookAt`, and the network is closed where something fails. @throws as it does */
export async function lookAt(
  open: () => Promise<Fame>,
  looking: Looking | undefined,
  out: Out,
  signal: AbortSignal,
): Promise<Looked & { readonly fame: Fame }> {
  const onFaces = (done: number, total: number) => out.progress({ done, total, unit: 'frames', label: 'Faces' });
  let opening: Promise<Fame> | undefined;
  try {
    return await look(() => (opening = open()), looking, { signal, onFaces });
  } catch (error) {
    await opening?.then(
      (fame) => fame.dispose(),
      () => {},
    );
    throw error;
  }
}
