/**
 * An event's ETag is its version and a digest of what is shown: `"3-5f0c…"`. The version is what an editor read
 * (`If-Match`); the digest changes with the stock too, so that a cached page is never an old one (`If-None-Match`).
 */
import type { EventView } from '../protocol/index.ts';
import { digestOf } from '../transport/index.ts';

export const versionOf = (view: EventView): string => `${view.version}-`;

export const etagOf = (view: EventView): string => `"${versionOf(view)}${digestOf(JSON.stringify(view))}"`;
