/** Sending a film of this computer. */
import { api, newKey, ok } from '../api.ts';
import { nameOf, sendParts } from '../upload.ts';

interface Sending {
  readonly project: string;
  readonly film: File;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** → the id of the film, once the server has looked at it. Throws ProblemError where it is refused, and the reason of `signal`. */
export async function sendFilm({ project, film, onProgress, signal }: Sending): Promise<string> {
  const { file } = await ok(api.files.$post({ header: newKey(), json: { project, name: nameOf(film.name), bytes: film.size } }));
  await sendParts(`/files/${file}`, film, { onProgress, signal });
  return file;
}
