export { createHttp, type HttpDeps } from './create-http.ts';
export { CONTRACT } from './not-built.ts';
export { PAGES } from './pages.ts';
export type { RouteEntry, RouteTable } from './route-table.ts';
