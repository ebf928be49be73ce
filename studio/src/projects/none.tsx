import { may, useMe } from '../people/session.ts';
import { Button, Empty } from '../ui/index.ts';
import { useProject } from './project.ts';

/** What a view shows where there is no project yet. */
export function NoProject() {
  const me = useMe();
  const { create } = useProject();
  return may(me) ? (
    <Empty
      title="There is no project yet"
      actions={
        <Button look="main" onClick={create}>
          New project
        </Button>
      }
    >
      <p>A project says what people are looked at for, before anything is looked at. Films, dialogues and studies belong to one.</p>
    </Empty>
  ) : (
    <Empty title="There is no project for you yet">
      <p>Ask an owner to make one, or to let you into one.</p>
    </Empty>
  );
}
