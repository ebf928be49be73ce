/** The studio's page and its parts, beside the API: all in memory, so nothing that a client says becomes a path. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FameError } from '../base/errors.ts';

/** Answers with the page or a part of it; undefined for everything else, which is the API's. */
export type Pages = (request: Request) => Response | undefined;

/** Addresses under which the page itself comes, and finds its way by itself; whatever else is not there is not there. */
const ROUTES = /^\/(?:(?:explain|annotate|rate|data)(?:\/.*)?|join)?$/;

/** Nothing but our own files: no inline script or style, no other host, no frame around us. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

interface Part {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a built studio. Throws STUDIO_MISSING where there is none. `hosts` are those under which people come; it is asked with each request. */
export async function openPages(folder: string, hosts: () => readonly string[]): Promise<Pages> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const parts = new Map<string, Part>();
  for (const entry of names) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length).replaceAll('\\', '/').replace(/^\/?/, '/');
    parts.set(name, partOf(new Uint8Array(await readFile(path)), type, name.startsWith('/assets/')));
  }
  const page = parts.get('/index.html');
  if (page === undefined)
    throw new FameError('STUDIO_MISSING', 'The studio has not been built', {
      at: folder,
      fix: 'run npm run build, or install famenet again',
    });
  parts.delete('/index.html'); // it has one address for each view
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const { pathname, host } = new URL(request.url);
    const part = ROUTES.test(pathname) ? page : parts.get(pathname);
    if (part === undefined || !hosts().includes(request.headers.get('host') ?? host)) return undefined; // the API says that the name is not ours
    if (request.headers.get('if-none-match') === part.headers.ETag) return new Response(null, { status: 304, headers: part.headers });
    const zips = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
    const headers = zips ? { ...part.headers, 'Content-Encoding': 'gzip' } : part.headers;
    return new Response(request.method === 'HEAD' ? null : zips ? part.zipped : part.bytes, { status: 200, headers });
  };
}

function partOf(bytes: Uint8Array<ArrayBuffer>, type: string, hashed: boolean): Part {
  return {
    bytes,
    zipped: new Uint8Array(gzipSync(bytes)),
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), browsing-topics=()',
      ETag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
      Vary: 'Accept-Encoding',
      // A part's name has a digest of what is in it, so it never changes; the page is asked for each time.
      'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  };
}
