export { createHttp, type HttpDeps } from './create-http.ts';
export { PAGES } from './pages.ts';
export type { RouteEntry, RouteTable } from './route-table.ts';
