/**
 * The built pages (rules X40 to X43). Everything is read once at start and served from memory by its exact name: no path ever
 * reaches the file system, so that none can walk out of the folder.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AFFILIATE_CODE } from '../protocol/index.ts';
import type { SharedEvent, Sharing } from '../sharing/index.ts';
import { type PageConfig, pagePolicy } from './headers.ts';

/** Addresses that a person may type, bookmark or be sent: all of them are the one page, which reads its own address. */
export const PAGES = [
  '/',
  '/e/:eventId',
  '/d/:dropId',
  '/d/:dropId/draw',
  '/login',
  '/register',
  '/my/tickets',
  '/my/orders',
  '/my/points',
  '/my/pictures',
  '/my/cards',
  '/profile',
  '/verify-email',
  '/forgot-password',
  '/reset-password',
  '/no-suggestions',
  '/mailbox',
  '/mailbox/:mailId',
  '/p/:token',
  '/oauth/consent',
  '/oauth/problem',
  '/join-team',
  '/vendor/team',
  '/vendor/apps',
  '/vendor',
  '/vendor/new',
  '/vendor/e/:eventId',
  '/vendor/e/:eventId/money',
  '/vendor/payment-methods',
  '/operator',
  '/operator/money',
  '/operator/pictures',
] as const;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.txt']);
/** Smaller than this, compression saves no packet. */
const COMPRESS_FROM_BYTES = 1_024;

interface Asset {
  body: Buffer;
  brotli: Buffer | undefined;
  gzip: Buffer | undefined;
  type: string;
  etag: string;
  immutable: boolean;
}

const brotliOf = promisify(brotliCompress);
const gzipOf = promisify(gzip);

const load = (file: string, path: string): Promise<Asset> =>
  assetOf(readFileSync(file), extname(file), path.startsWith('/assets/'));

async function assetOf(body: Buffer, extension: string, immutable: boolean): Promise<Asset> {
  const worthIt = COMPRESSIBLE.has(extension) && body.length >= COMPRESS_FROM_BYTES;
  // As large a window as the text needs: the default is 4 MB, made ready for each text anew, which costs ten times the packing.
  const window = Math.min(22, Math.max(16, Math.ceil(Math.log2(body.length + 1))));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: window,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  const [brotli, gzipped] = worthIt
    ? await Promise.all([brotliOf(body, { params }), gzipOf(body, { level: 9 })])
    : [];
  return {
    body,
    brotli,
    gzip: gzipped,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    // The build puts a hash of the content into names under /assets.
    immutable,
  };
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Address to asset. A build may move new pages into place while the old ones are read: then all of it is read again. */
async function loadAll(dir: string, tries = 5): Promise<[string, Asset][]> {
  try {
    const assets: [string, Asset][] = [];
    for (const file of filesIn(dir)) {
      const path = `/${relative(dir, file).split(sep).join('/')}`;
      assets.push([path, await load(file, path)]);
    }
    return assets;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 1) throw err;
    return loadAll(dir, tries - 1);
  }
}

/** `variant`: what else than its content a page depends on; another one is another answer, and no 304. */
function send(request: FastifyRequest, reply: FastifyReply, asset: Asset, variant = ''): FastifyReply {
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding =
    asset.brotli && /\bbr\b/.test(accepted)
      ? 'br'
      : asset.gzip && /\bgzip\b/.test(accepted)
        ? 'gzip'
        : undefined;
  const etag = `"${asset.etag}${variant}${encoding ? `-${encoding}` : ''}"`;
  reply.headers({
    'cache-control': asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag,
  });
  if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  if (encoding) reply.header('content-encoding', encoding);
  const body = encoding === 'br' ? asset.brotli : encoding === 'gzip' ? asset.gzip : asset.body;
  return reply.type(asset.type).send(body);
}

/** Pages whose links tell of an event before they are opened (rules X60 to X65), with the parameter that names it. */
const TELLING: Partial<Record<(typeof PAGES)[number], string>> = {
  '/e/:eventId': 'eventId',
  '/d/:dropId': 'dropId',
};

export type PreviewConfig = Pick<Sharing, 'previews' | 'headOf' | 'origin'>;

/** The page with what a link to it tells. Made once per event as it was looked up, and gone with it. */
function tellingPages(page: Asset, { previews, headOf, origin }: PreviewConfig) {
  const html = page.body.toString('utf8').replace(/\s*<meta name="description"[^>]*>/, '');
  const made = new WeakMap<SharedEvent, Map<string, Promise<Asset>>>();
  return async (id: string, path: string, via: unknown): Promise<Asset> => {
    const event = await previews.find(id);
    if (!event) return page;
    const code = typeof via === 'string' && AFFILIATE_CODE.test(via) ? via : null;
    const known = made.get(event) ?? new Map<string, Promise<Asset>>();
    made.set(event, known);
    const key = `${path}?${code ?? ''}`;
    const already = known.get(key);
    if (already) return already;
    if (known.size >= VARIANTS_MAX) known.clear();
    const head = headOf(event, { origin, path, via: code });
    const telling = assetOf(Buffer.from(html.replace(/<title>[^<]*<\/title>/, () => head)), '.html', false);
    known.set(key, telling);
    return telling;
  };
}
/** Of one event as it was looked up: by whom links to it came. */
const VARIANTS_MAX = 50;

/** Serves `staticDir` when the pages were built; without them the API stands alone. */
export async function addPages(
  app: FastifyInstance,
  staticDir: string | undefined,
  config: PageConfig,
  cardForms: () => Promise<boolean>,
  preview?: PreviewConfig,
): Promise<void> {
  if (!staticDir || !existsSync(join(staticDir, 'index.html'))) return;
  const settings = {
    config: { access: 'public', ignoresCredentials: true, page: true },
    schema: { hide: true },
  } as const;
  let index: Asset | undefined;

  for (const [path, asset] of await loadAll(staticDir)) {
    if (path === '/index.html') index = asset;
    else
      app.get(path.replaceAll(':', '::'), settings, (request, reply) => {
        // A service worker runs under the policy it came with, and leaves what is not ours to the page.
        if (asset.type.startsWith('text/javascript'))
          reply.header('content-security-policy', pagePolicy(request, config, false));
        return send(request, reply, asset);
      });
  }
  const page = index as Asset;
  const tell = preview && tellingPages(page, preview);
  for (const path of PAGES) {
    const named = TELLING[path];
    app.get<{ Params: Record<string, string>; Querystring: { via?: unknown } }>(
      path,
      settings,
      async (request, reply) => {
        const id = named ? request.params[named] : undefined;
        const [forms, shown] = await Promise.all([
          cardForms(),
          tell && id !== undefined
            ? tell(id, request.url.split('?', 1)[0] as string, request.query.via)
            : page,
        ]);
        reply.header('content-security-policy', pagePolicy(request, config, forms));
        // A browser keeps the policy of a page that it may keep.
        return send(request, reply, shown, forms ? '-forms' : '');
      },
    );
  }
}
