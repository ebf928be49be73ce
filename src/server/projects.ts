import { createRoute, z } from '@hono/zod-openapi';
import { type Server, unknown, whoOf } from './context.ts';
import { MEMBER_ROLES, name, PURPOSES, ROLES, text } from './events.ts';
import { allow } from './guard.ts';
import { type Asker, mayEnter, projectOf, rolesIn } from './members.ts';
import { checkPurpose, noticeOf } from './purpose.ts';
import { body, idIn, json, KEY, routes, write } from './shape.ts';
import type { Project, State } from './state.ts';

const exception = z.object({ ground: z.enum(['medical', 'safety']), reason: text });
const memberRoles = z.array(z.enum(MEMBER_ROLES)).min(1);
const members = z.array(z.object({ account: name, roles: memberRoles }));
const shown = z.object({
  project: z.string(),
  title: z.string(),
  purpose: z.enum(PURPOSES),
  exception: exception.optional(),
  textOnly: z.boolean(),
  by: z.string(),
  at: z.string(),
  /** Whether everybody with an account may enter: it never had a member. */
  open: z.boolean(),
  /** What who asks may do there. */
  yours: z.array(z.enum(ROLES)),
  /** For owners. */
  members: members.optional(),
});

/** A project as somebody may see it. */
function show({ members, ...project }: Project, who: Asker): z.infer<typeof shown> {
  const seen = { ...project, open: members === undefined, yours: [...rolesIn({ ...project, members }, who)] };
  if (!who.roles.includes('owner')) return seen;
  return { ...seen, members: [...(members ?? [])].map(([account, roles]) => ({ account, roles: [...roles] })) };
}

/** Projects: what people are looked at for is declared before anything is looked at; and who may enter. */
export const projects = (server: Server) => {
  const { log } = server;
  const MEMBER = idIn('project').extend(idIn('account').shape);
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'The projects that you may enter',
        ...allow(...ROLES),
        responses: { 200: json(z.array(shown), 'Projects') },
      }),
      (c) => {
        const mine = [...log.state.projects.values()].filter((project) => mayEnter(project, whoOf(c)));
        return c.json(
          mine.map((project) => show(project, whoOf(c))),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Declare a project and its purpose; with members, nobody else but owners may enter',
        ...allow('owner'),
        request: {
          headers: KEY,
          ...body(
            z.object({
              title: name,
              purpose: z.enum(PURPOSES),
              exception: exception.optional(),
              textOnly: z.boolean().default(false),
              members: members.optional(),
            }),
          ),
        },
        responses: { 201: json(shown, 'The project') },
      }),
      async (c) => {
        const said = c.req.valid('json');
        checkPurpose(said);
        const { project } = await write(c, server, 'project-made', said, (state, id) => {
          for (const { account } of said.members ?? []) checkAccount(state, account);
          return { project: id };
        });
        return c.json(show(projectOf(log.state, project, whoOf(c)), whoOf(c)), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/{project}/members/{account}',
        summary: 'Make somebody a member, or change what a member may do; from the first one on, others are kept out',
        ...allow('owner'),
        request: { headers: KEY, params: MEMBER, ...body(z.object({ roles: memberRoles })) },
        responses: { 200: json(shown, 'The project') },
      }),
      async (c) => {
        const said = { ...c.req.valid('param'), ...c.req.valid('json') };
        await write(c, server, 'member-set', said, (state) => {
          projectOf(state, said.project, whoOf(c));
          checkAccount(state, said.account);
          return {};
        });
        return c.json(show(projectOf(log.state, said.project, whoOf(c)), whoOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{project}/members/{account}',
        summary: 'Keep a member out; without members, only owners may enter',
        ...allow('owner'),
        request: { headers: KEY, params: MEMBER },
        responses: { 200: json(shown, 'The project') },
      }),
      async (c) => {
        const said = c.req.valid('param');
        await write(c, server, 'member-removed', said, (state) => {
          if (projectOf(state, said.project, whoOf(c)).members?.has(said.account) !== true) throw unknown('member', said.account);
          return {};
        });
        return c.json(show(projectOf(log.state, said.project, whoOf(c)), whoOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{project}/notice',
        summary: 'What to hand to people on camera, to print',
        ...allow(...ROLES),
        request: { params: idIn('project') },
        responses: { 200: { description: 'Plain text', content: { 'text/plain': { schema: z.string() } } } },
      }),
      (c) => c.text(noticeOf(projectOf(log.state, c.req.valid('param').project, whoOf(c))), 200),
    );
};

/** Throws SERVER_UNKNOWN: whoever is to be let in has an account. */
function checkAccount({ accounts }: State, id: string): void {
  if (accounts.get(id)?.closed !== false) throw unknown('account', id);
}
