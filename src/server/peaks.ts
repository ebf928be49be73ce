import { createRoute } from '@hono/zod-openapi';
import { type Server, whoOf } from './context.ts';
import { ROLES } from './events.ts';
import { fileOf } from './files.ts';
import { allow } from './guard.ts';
import type { Peaks } from './insight.ts';
import { projectOf } from './members.ts';
import { checkFilms } from './purpose.ts';
import { idIn, json, routes, shaped } from './shape.ts';
import { checkWhole } from './whole.ts';

/** The outline of a film's sound: browsers need not decode an hour of it to draw a line. */
export const peaks = (server: Server) =>
  routes().openapi(
    createRoute({
      method: 'get',
      path: '/{file}/peaks',
      summary: 'The outline of its sound; no values where it has none',
      ...allow(...ROLES),
      request: { params: idIn('file') },
      responses: { 200: json(shaped<Peaks>('Values from 0 to 255, and the seconds between them'), 'The outline') },
    }),
    async (c) => {
      const who = whoOf(c);
      const { id, project, received } = fileOf(server.log.state, c.req.valid('param').file, who);
      checkFilms(projectOf(server.log.state, project, who));
      await checkWhole(server, who, { file: id });
      c.header('Cache-Control', 'private, no-cache');
      if (!received.sound) return c.json({ step: 1, peaks: [] } satisfies Peaks, 200);
      return c.json(await server.insight.peaks(id, received.duration), 200);
    },
  );
