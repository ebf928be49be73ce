import { useRef, useState } from 'react';
import type { Project } from '../projects/project.ts';
import { Dialog, Loaded, Problem, Table } from '../ui/index.ts';
import { Invite } from './invite.tsx';
import { type AccountShown, type MemberRole, memberRolesOf, useAccounts, useSetMember } from './team.ts';

/** Who works here, and what each may do in the project. */
export function People({ project, onClose }: { readonly project: Project | undefined; readonly onClose: () => void }) {
  const accounts = useAccounts();
  return (
    <Dialog title="People" onClose={onClose} wide>
      <Loaded error={accounts.error} ready={accounts.data !== undefined}>
        {project !== undefined && <Members project={project} accounts={accounts.data ?? []} />}
        <Invite taken={(accounts.data ?? []).map(({ account }) => account)} />
      </Loaded>
    </Dialog>
  );
}

function Members({ project, accounts }: { readonly project: Project; readonly accounts: readonly AccountShown[] }) {
  const set = useSetMember(project.project);
  // what was pressed is shown at once, and goes to the server in its order
  const [pressed, setPressed] = useState<ReadonlyMap<string, readonly MemberRole[]>>(new Map());
  const line = useRef<Promise<unknown>>(Promise.resolve());
  const [error, setError] = useState<unknown>();
  const { open, members = [] } = project;
  const rolesOf = (account: string): readonly MemberRole[] =>
    pressed.get(account) ?? members.find((one) => one.account === account)?.roles ?? [];
  const change = (account: string, role: MemberRole, on: boolean) => {
    const before = rolesOf(account);
    const roles = on ? [...before, role] : before.filter((one) => one !== role);
    setError(undefined);
    setPressed((known) => new Map(known).set(account, roles));
    line.current = line.current
      .then(() => set(account, roles))
      .catch(setError)
      .finally(() => setPressed((known) => new Map([...known].filter(([id, said]) => id !== account || said !== roles))));
  };
  return (
    <section className="stack" aria-label={`Members of ${project.title}`}>
      <h3>In the project {project.title}</h3>
      {open ? (
        <p className="callout warn">
          Everybody with an account may enter. From the first member on only members and owners may; for all others the project is not
          there. That cannot be taken back.
        </p>
      ) : (
        <p className="hint">Only members and owners may enter. For all others the project is not there.</p>
      )}
      <Table
        caption={`Who may do what in ${project.title}`}
        hideCaption
        rows={accounts}
        keyOf={({ account }) => account}
        columns={[
          { head: 'Person', cell: ({ account, name }) => (name === account ? account : `${name} (${account})`) },
          {
            head: 'Here',
            cell: (one) =>
              one.roles.includes('owner') ? (
                <span className="hint">everything: owner</span>
              ) : (
                <span className="row">
                  {memberRolesOf(one).map((role) => (
                    <label key={role} className="choice">
                      <input
                        type="checkbox"
                        aria-label={`${one.account} is ${role} in ${project.title}`}
                        checked={rolesOf(one.account).includes(role)}
                        onChange={({ target }) => change(one.account, role, target.checked)}
                      />
                      {role}
                    </label>
                  ))}
                </span>
              ),
          },
          {
            head: 'May enter',
            cell: (one) => (one.roles.includes('owner') || open || rolesOf(one.account).length > 0 ? 'yes' : 'no'),
          },
        ]}
      />
      {error !== undefined && <Problem error={error} />}
    </section>
  );
}
