/** Where pictures are kept (rule I18). No problem named here repeats the URL: it holds a password. */
import type { Weakness } from './secrets.ts';

/** A bucket that speaks S3. */
export interface S3Settings {
  endpoint: string;
  bucket: string;
  /** Before each name, `/` at its end; empty: none. */
  prefix: string;
  region: string;
  /** Undefined: as the machine itself is known there (its role, its environment). */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

const REMEDY =
  'Use https://key:secret@host/bucket or …/bucket/prefix?region=eu-central-1; percent-encode special characters in the secret.';
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^[\w./-]*$/;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export function pictureSettings(given: string | undefined): { s3: S3Settings | undefined } | Weakness {
  if (!given) return { s3: undefined };
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { problem: 'S3_URL is not the URL of a bucket.', remedy: REMEDY };
  const [, bucket = '', ...rest] = url.pathname.replace(/\/+$/, '').split('/');
  if (!NAME.test(bucket)) return { problem: 'S3_URL names no bucket.', remedy: REMEDY };
  const prefix = rest.join('/');
  if (!PREFIX.test(prefix) || rest.some((part) => part === '' || part === '.' || part === '..'))
    return { problem: 'S3_URL has a prefix that is no plain path.', remedy: REMEDY };
  const [accessKeyId, secretAccessKey] = [decoded(url.username), decoded(url.password)];
  if (accessKeyId === null || secretAccessKey === null || (accessKeyId === '') !== (secretAccessKey === ''))
    return { problem: 'S3_URL has a key without a secret, or one that cannot be decoded.', remedy: REMEDY };
  return {
    s3: {
      endpoint: `${url.protocol}//${url.host}`,
      bucket,
      prefix: prefix === '' ? '' : `${prefix}/`,
      region: url.searchParams.get('region') || 'us-east-1',
      credentials: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey },
    },
  };
}
