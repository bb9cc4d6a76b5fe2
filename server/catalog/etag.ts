/**
 * An event's ETag is its version and a digest of what is shown: `"3-5f0c…"`. The version is what an editor read
 * (`If-Match`); the digest changes with the stock too, so that a cached page is never an old one (`If-None-Match`).
 */
import { createHash } from 'node:crypto';
import type { EventView } from '../protocol/index.ts';

export function etagOf(view: EventView): string {
  const digest = createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 22);
  return `"${view.version}-${digest}"`;
}

const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** `If-None-Match`: the client has this already (weak comparison, RFC 9110 section 13.1.2). */
export function isKnown(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined && tagsOf(header).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
  );
}
