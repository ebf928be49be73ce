import { createRoute, z } from '@hono/zod-openapi';
import { type Server, unknown } from './context.ts';
import { name, PURPOSES, ROLES, text } from './events.ts';
import { allow } from './guard.ts';
import { checkPurpose, noticeOf } from './purpose.ts';
import { body, idIn, json, KEY, routes, write } from './shape.ts';
import type { Project, State } from './state.ts';

const exception = z.object({ ground: z.enum(['medical', 'safety']), reason: text });
const shown = z.object({
  project: z.string(),
  title: z.string(),
  purpose: z.enum(PURPOSES),
  exception: exception.optional(),
  textOnly: z.boolean(),
  by: z.string(),
  at: z.string(),
});

/** The project of an id. Throws SERVER_UNKNOWN. */
export function projectOf({ projects }: State, id: string): Project {
  const project = projects.get(id);
  if (project === undefined) throw unknown('project', id);
  return project;
}

/** Projects: what people are looked at for is declared before anything is looked at. */
export const projects = (server: Server) => {
  const { log } = server;
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All projects',
        ...allow(...ROLES),
        responses: { 200: json(z.array(shown), 'Projects') },
      }),
      (c) => c.json([...log.state.projects.values()], 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Declare a project and its purpose',
        ...allow('owner'),
        request: {
          headers: KEY,
          ...body(
            z.object({ title: name, purpose: z.enum(PURPOSES), exception: exception.optional(), textOnly: z.boolean().default(false) }),
          ),
        },
        responses: { 201: json(shown, 'The project') },
      }),
      async (c) => {
        const said = c.req.valid('json');
        checkPurpose(said);
        const { project } = await write(c, server, 'project-made', said, (_, id) => ({ project: id }));
        return c.json(projectOf(log.state, project), 201);
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
      (c) => c.text(noticeOf(projectOf(log.state, c.req.valid('param').project)), 200),
    );
};
