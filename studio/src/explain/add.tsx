import { type FormEvent, useRef, useState } from 'react';
import { api, newKey, ok } from '../api.ts';
import type { Project } from '../projects/project.ts';
import { Button, Dialog, Field, Problem, Progress } from '../ui/index.ts';
import { nameOf } from '../upload.ts';
import { useRefreshScenes } from './scenes.ts';
import { sendFilm } from './upload.ts';

interface AddProps {
  readonly project: Project;
  readonly onClose: () => void;
  readonly onAdded: (added: { readonly file?: string; readonly dialogue?: string }) => void;
}

/** A film, a dialogue, or both, from this computer. */
export function Add({ project, onClose, onAdded }: AddProps) {
  const refresh = useRefreshScenes();
  const [error, setError] = useState<unknown>();
  const [sent, setSent] = useState<readonly [done: number, total: number]>();
  const [busy, setBusy] = useState(false);
  const stop = useRef(new AbortController());
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [film, dialogue] = ['film', 'dialogue']
      .map((name) => form.get(name))
      .map((file) => (file instanceof File && file.name !== '' ? file : undefined));
    setError(undefined);
    setBusy(true);
    stop.current = new AbortController();
    try {
      if (film === undefined && dialogue === undefined) return;
      const words =
        dialogue &&
        (await ok(
          api.dialogues.$post({
            header: newKey(),
            json: { project: project.project, name: nameOf(dialogue.name), content: await dialogue.text() },
          }),
        ));
      const file =
        film &&
        (await sendFilm({
          project: project.project,
          film,
          signal: stop.current.signal,
          onProgress: (done, total) => setSent([done, total]),
        }));
      await refresh();
      onAdded({ ...(file && { file }), ...(words && { dialogue: words.dialogue }) });
    } catch (caught) {
      if (!stop.current.signal.aborted) setError(caught);
      await refresh();
    } finally {
      setSent(undefined);
      setBusy(false);
    }
  };
  const close = () => {
    stop.current.abort();
    onClose();
  };
  return (
    <Dialog title="Add a film or a dialogue" onClose={close}>
      <form onSubmit={submit} className="stack">
        <Field
          label="Dialogue"
          hint="Who says what, when: JSON, SubRip (.srt), WebVTT (.vtt) or a table of MELD (.csv). Times in seconds of the film."
        >
          {(ids) => (
            <input
              {...ids}
              type="file"
              name="dialogue"
              accept=".json,.jsonl,.srt,.vtt,.csv,application/json,text/vtt,text/csv"
              disabled={busy}
            />
          )}
        </Field>
        {project.textOnly ? (
          <p className="callout">This project is about words only: it takes no films, and opens none.</p>
        ) : (
          <Field label="Film" hint="MP4 plays in every browser. It stays on this server: no address is ever asked for anything.">
            {(ids) => <input {...ids} type="file" name="film" accept="video/*,audio/*,.mkv,.ts" disabled={busy} />}
          </Field>
        )}
        {sent !== undefined && (
          <Progress
            label={sent[0] < sent[1] ? 'Sending the film' : 'The server looks at the film'}
            done={sent[0] < sent[1] ? sent[0] : undefined}
            total={sent[1]}
          />
        )}
        {error !== undefined && <Problem error={error} />}
        <div className="row end">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={busy}>
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
