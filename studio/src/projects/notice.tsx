import { useQuery } from '@tanstack/react-query';
import { api, ProblemError, problemIn } from '../api.ts';
import { Button, Dialog, Problem, Progress } from '../ui/index.ts';

/** The notice for people on camera, to print. */
export function Notice({ project, onClose }: { readonly project: string; readonly onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['notice', project],
    queryFn: async () => {
      const response = await api.projects[':project'].notice.$get({ param: { project } });
      if (!response.ok) throw new ProblemError(await problemIn(response as unknown as Response));
      return response.text();
    },
  });
  return (
    <Dialog title="Notice for people on camera" onClose={onClose}>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Progress label="Writing the notice" />}
      {data !== undefined && <pre className="notice-text">{data}</pre>}
      <div className="row end no-print">
        <Button look="main" disabled={data === undefined} onClick={() => print()}>
          Print
        </Button>
      </div>
    </Dialog>
  );
}
