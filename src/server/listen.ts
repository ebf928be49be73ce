import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { FameError } from '../base/errors.ts';
import { createApp } from './app.ts';
import type { Server } from './context.ts';
import type { Pages } from './pages.ts';

/** Milliseconds: for the head of a request, for all of one (an upload's part included), and of a connection that says nothing between two. */
const [HEAD, WHOLE, QUIET] = [10_000, 600_000, 10_000];
/** How long requests in hand may take once the server is asked to end (ms). */
const GRACE = 10_000;

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no more connections, and waits for requests in hand, streams excepted. */
  close(): Promise<void>;
}

/** The names of this machine that nobody else can reach. */
export const LOOPBACK = ['127.0.0.1', '::1', 'localhost'] as const;

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean => (LOOPBACK as readonly string[]).includes(host);

/**
 * Who is at the other end, for limits: the peer, or where that is this machine (a proxy of ours) the last address that it names, which is the one that it has
 * seen itself. Whoever is on this machine can name any; the limit on each account holds all the same.
 */
export function addressOf(peer = '', forwarded: string | null): string {
  const local = isLoopback(peer.replace(/^::ffff:/, ''));
  return (local ? forwarded?.split(',').at(-1)?.trim() : undefined) || peer;
}

/**
 * Listens; with `pages`, to people with browsers, too. Throws SERVER_LOCAL for an address that others can reach without accounts (where whoever comes would
 * be the owner), SERVER_PORT where another program has the port.
 */
export async function listen(
  server: Server,
  { host, port, pages }: { readonly host: string; readonly port: number; readonly pages?: Pages | undefined },
): Promise<Listening> {
  if (server.mode === 'local' && !isLoopback(host))
    throw new FameError('SERVER_LOCAL', 'Without accounts, famenet listens to this machine only', {
      at: host,
      expected: LOOPBACK.join(', '),
      fix: 'leave --host out, or add --team: then people have accounts',
    });
  const app = createApp(server);
  const http = createServer(
    { headersTimeout: HEAD, requestTimeout: WHOLE, keepAliveTimeout: QUIET, maxHeaderSize: 16_384 },
    getRequestListener((request, env) => {
      const page = pages?.(request);
      if (page !== undefined) return page;
      const peer = 'incoming' in env ? env.incoming.socket.remoteAddress : undefined;
      return app.fetch(request, { address: addressOf(peer, request.headers.get('x-forwarded-for')) });
    }),
  );
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE' || cause.code === 'EACCES' || cause.code === 'EADDRNOTAVAIL'
          ? new FameError(
              'SERVER_PORT',
              'The server cannot listen there',
              { at: `${host}:${port}`, got: cause.code, fix: 'choose another --port' },
              { cause },
            )
          : cause,
      ),
    );
    http.listen(port, host, resolve);
  });
  const address = http.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => http.closeAllConnections(), GRACE);
        http.close(() => {
          clearTimeout(late);
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}
