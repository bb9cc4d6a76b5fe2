/**
 * Builds the pages to dist/client: hashed assets, no inline script (the server's CSP allows only its own files),
 * and the service worker at a fixed address with the list of files it may keep.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** What the service worker keeps: the shell and all hashed assets it may need to show tickets without a network. */
const PRECACHE_TOKEN = '__HOLDFAST_PRECACHE__';

/** The pages whose code must be there offline; everything they import comes along. */
const OFFLINE_ENTRIES = ['main', 'tickets'];

function precacheList(): Plugin {
  return {
    name: 'holdfast-precache-list',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = new Set<string>();
      const add = (fileName: string): void => {
        const chunk = bundle[fileName];
        if (!chunk || files.has(fileName)) return;
        files.add(fileName);
        if (chunk.type === 'chunk') for (const imported of chunk.imports) add(imported);
      };
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && OFFLINE_ENTRIES.includes(chunk.name)) add(chunk.fileName);
        if (chunk.type === 'asset' && chunk.fileName.endsWith('.css')) add(chunk.fileName);
      }
      const list = [...files].sort().map((file) => `/${file}`);
      const version = createHash('sha256').update(list.join('\n')).digest('hex').slice(0, 12);
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.fileName === 'sw.js')
          chunk.code = chunk.code
            .replace(`"${PRECACHE_TOKEN}"`, JSON.stringify({ version, files: list }))
            .replace(`\`${PRECACHE_TOKEN}\``, JSON.stringify({ version, files: list }))
            .replace(`'${PRECACHE_TOKEN}'`, JSON.stringify({ version, files: list }));
    },
  };
}

/**
 * Sockets here are WebSockets only (design section 7), but Engine.IO's client brings long polling and WebTransport
 * along, and Socket.IO's parser what it takes to send files: a fan on a train need not load them.
 */
function webSocketsOnly(): Plugin {
  const ONLY = '\0websockets-only';
  const NONE = '\0no-such-transport';
  let folder = '';
  return {
    name: 'holdfast-websockets-only',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source === 'socket.io-parser') return join(import.meta.dirname, 'client/connection/text-parser.ts');
      if (!importer?.includes('engine.io-client')) return null;
      if (/\/transports\/(polling-xhr|polling-fetch|webtransport)(\.node)?\.js$/.test(source)) return NONE;
      if (!source.endsWith('/transports/index.js')) return null;
      folder = dirname(importer);
      return ONLY;
    },
    load(id) {
      if (id === NONE) return 'export const XHR = null, Fetch = null, WT = null;';
      if (id !== ONLY) return null;
      return `import { WS } from ${JSON.stringify(`${folder}/transports/websocket.js`)}; export const transports = { websocket: WS };`;
    },
  };
}

/**
 * Every refusal brings its sentence along (server/protocol/errors.ts). The pages need their own only for answers that are not
 * ours (client/api.ts, `fallbackCode`): the others would be three of the sixty kilobytes a phone loads to wait. Statuses they
 * read off the answer itself, and of the advice only whether to try again later (client/fan/refusals.ts): a code with neither
 * goes altogether.
 */
function sentencesFromTheServer(): Plugin {
  const OWN = ['NOT_FOUND', 'RATE_LIMITED', 'TEMPORARILY_UNAVAILABLE', 'INTERNAL', 'INVALID_REQUEST'];
  const shorter = (entry: string, own: boolean): string =>
    (own ? entry : entry.replace(/message:\s*(?:'[^']*'|"[^"]*"),?/, ''))
      .replace(/status: \d+,/, '')
      .replace(/retry: '(?!later)[^']*',/, '');
  return {
    name: 'holdfast-sentences-from-the-server',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('server/protocol/errors.ts')) return null;
      return code.replace(
        /^ {2}([A-Z_]+): \{[^}]*?message:\s*(?:'[^']*'|"[^"]*"),?\s*\},?\n/gm,
        (entry: string, name: string) =>
          OWN.includes(name) || entry.includes("retry: 'later'") ? shorter(entry, OWN.includes(name)) : '',
      );
    },
  };
}

/** While developing the pages: where the api listens. */
const API = process.env.HOLDFAST_API ?? 'http://127.0.0.1:3000';
const API_PATHS =
  '^/(events|drops|push/key|suggestions|loyalty-points|venue-maps|venue-maps|me|sessions|passkeys|email|password|orders|tickets|holds|vendors|operations|images|users|payment|register|login|logout|refresh|status|demo|healthz|readyz|openapi\\.json|docs|\\.well-known)(/|\\?|$)';

export default defineConfig({
  root: 'client',
  publicDir: 'public',
  plugins: [webSocketsOnly(), sentencesFromTheServer(), precacheList()],
  server: {
    proxy: {
      // Addresses that a browser goes to, and that are no pages.
      '^/(oauth/(auth|token|me|jwks|clients|consent/|\\.well-known)|login/outside|login/ways)': API,
      [API_PATHS]: {
        target: API,
        bypass: (request) => {
          const { url = '', method, headers } = request;
          // Folders of this source have names the API has too (`/tickets/…`).
          if (/\.(tsx?|css)(\?|$)/.test(url)) return url;
          // So do pages (`/login`): a browser asking for a page gets the page.
          return method === 'GET' && headers.accept?.includes('text/html') ? '/index.html' : undefined;
        },
      },
    },
  },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    // OKLCH as it is written; light-dark() is still spelled out for browsers of 2023.
    cssTarget: ['chrome111', 'safari16.4', 'firefox113'],
    // The polyfill would be one more script for browsers that cannot run the rest either.
    modulePreload: {
      polyfill: false,
      // A page that is fetched later names what to fetch with it. What is there already, and what is small, need not be named: the
      // names are part of what a phone loads to wait.
      resolveDependencies: (page, files, { hostType }) =>
        hostType === 'html'
          ? files
          : files.filter(
              (file) =>
                !/\/(base|main|rolldown-runtime|here|notifications|uuid|zone|paged|whole-list)-/.test(file) &&
                // Whoever opens one of these is in no hurry: one more round trip.
                (file.endsWith('.css') ||
                  !/\/(operator|desk|live|new|draw|mine|cards|pictures|log-in|register|orders|pay-link)-/.test(
                    page,
                  )),
            ),
    },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rollupOptions: {
      input: { main: 'client/index.html', sw: 'client/sw.ts' },
      // A shared piece does nothing by being listed: a page carries those it uses, not all that stand beside them.
      treeshake: { moduleSideEffects: (id) => !/client\/ui\/[^?]*\.tsx?$/.test(id) },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // What every page stands on is one piece, whatever else uses a part of it.
            {
              name: 'base',
              test: /node_modules\/@?preact|protocol\/errors|client\/(ui\/(?!field|seat|prices)|shell\/(?!form|load|whole|confirm|paged|menu-panel|work-for|late|as-of)|texts\/shell|router|session|time|api)[^?]*\.tsx?$/,
            },
            // What waiting needs is one piece each, whatever else uses a part of it: halves compress worse.
            {
              name: 'connection',
              test: /client\/connection\/(?!page-seats|seat-|text-parser)|protocol\/connection-/,
            },
            {
              name: 'fan',
              test: /client\/ui\/prices|client\/fan\/(?!gallery|(?:shop|shop-actions|messages-shop|edit-plan|turn|hold|picker|stepper|pay-form|paying|petals|tickets|open-till|returned|presale-code)\.)/,
            },
          ],
        },
      },
    },
  },
});
