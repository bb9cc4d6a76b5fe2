export { createEdge, type Edge, type EdgeOptions } from './edge.ts';
export { type CountedNotify, createNotifier } from './notify.ts';
export type { Sales } from './sales-ticker.ts';
