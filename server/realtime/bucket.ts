/** A token bucket: `burst` at once, refilled `perSecond`. Holds two numbers, so that every socket can have one. */
export interface Bucket {
  tokens: number;
  at: number;
}

export const fullBucket = (burst: number, now: number): Bucket => ({ tokens: burst, at: now });

/** Takes one token, or says no. */
export function take(bucket: Bucket, perSecond: number, burst: number, now: number): boolean {
  const refilled = bucket.tokens + ((now - bucket.at) * perSecond) / 1000;
  bucket.tokens = refilled > burst ? burst : refilled;
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** Milliseconds until there is a token again. */
export const waitMs = (bucket: Bucket, perSecond: number): number =>
  Math.max(1, Math.ceil(((1 - bucket.tokens) * 1000) / perSecond));
