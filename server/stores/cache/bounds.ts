/** How much the cache may keep: little in the gate's own Redis, which must never fill; more in one of its own (rule G65). */
export interface CacheBounds {
  entriesMax: number;
  bytesMax: number;
  /** One entry larger than this is not kept. */
  entryBytesMax: number;
}

const MB = 1_048_576;

/** In a Redis of its own (REDIS_CACHE_URL). */
export const ROOMY: Record<'pages' | 'copies', CacheBounds> = {
  pages: { entriesMax: 50_000, bytesMax: 256 * MB, entryBytesMax: MB },
  copies: { entriesMax: 200_000, bytesMax: 256 * MB, entryBytesMax: MB / 4 },
};

/** As a guest of the gate's. */
export const GUEST: Record<'pages' | 'copies', CacheBounds> = {
  pages: { entriesMax: 2_000, bytesMax: 32 * MB, entryBytesMax: MB / 4 },
  copies: { entriesMax: 20_000, bytesMax: 32 * MB, entryBytesMax: MB / 16 },
};
