/**
 * Every route that exists, as it was registered: who may call it (a route that does not say so ends the start), what a path
 * answers to (405), and what tests generate their matrices from.
 */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Access } from '../transport/index.ts';

export interface RouteEntry {
  method: string;
  /** Fastify's spelling: `/events/:eventId`. */
  url: string;
  access: Access;
  owns?: string | undefined;
  schema?: RouteOptions['schema'];
  /** Made by us for browsers (pages, assets, the API's own documentation): no part of the API. */
  page: boolean;
  /** Answers errors in a shape that some standard gives them. */
  foreignErrors: boolean;
}

export interface RouteTable {
  readonly routes: readonly RouteEntry[];
  /** Whether some route answers this method at this pattern, whatever its parameters are called. */
  has(method: string, pattern: string): boolean;
  /** Methods that a concrete path answers to, sorted. */
  methodsAt(path: string): string[];
}

declare module 'fastify' {
  interface FastifyInstance {
    routeTable: RouteTable;
  }
  interface FastifyContextConfig {
    /** See RouteEntry.page. */
    page?: boolean;
    /** See RouteEntry.foreignErrors. */
    foreignErrors?: boolean;
  }
}

/** Served by a plugin that knows nothing of `access`. */
const PLUGIN_PREFIX = '/docs';

const shape = (pattern: string) => pattern.replace(/:[A-Za-z0-9_]+/g, ':').replace(/(.)\/$/, '$1');

function matcher(pattern: string): RegExp {
  const source = pattern
    .split(/(:[A-Za-z0-9_]+|\*)/)
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    );
  return new RegExp(`^${source.join('')}$`);
}

/** Must run before the first route is registered. */
export function collectRoutes(app: FastifyInstance): RouteTable {
  const routes: RouteEntry[] = [];
  const byShape = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  app.addHook('onRoute', (route) => {
    const config = route.config ?? {};
    route.config = config;
    if (route.url === PLUGIN_PREFIX || route.url.startsWith(`${PLUGIN_PREFIX}/`)) {
      config.access = 'public';
      config.ignoresCredentials = true;
      config.page = true;
    }
    const { access } = config;
    if (!access) throw new Error(`${route.method} ${route.url} does not state its access (config.access)`);
    const methods = [route.method].flat();
    if (config.whileLedgerAway && methods.some((method) => method !== 'GET' && method !== 'HEAD'))
      throw new Error(`${methods} ${route.url}: only what reads may answer while the ledger is away`);
    for (const method of methods) {
      routes.push({
        method,
        url: route.url,
        access,
        owns: config.owns,
        schema: route.schema,
        page: config.page ?? false,
        foreignErrors: config.foreignErrors ?? false,
      });
      const known = byShape.get(shape(route.url)) ?? { pattern: matcher(route.url), methods: new Set() };
      known.methods.add(method);
      byShape.set(shape(route.url), known);
    }
  });

  const table: RouteTable = {
    routes,
    has: (method, pattern) => byShape.get(shape(pattern))?.methods.has(method) ?? false,
    methodsAt(path) {
      const found = new Set<string>();
      for (const { pattern, methods } of byShape.values())
        if (pattern.test(path)) for (const method of methods) found.add(method);
      return [...found].sort();
    },
  };
  app.decorate('routeTable', table);
  return table;
}
