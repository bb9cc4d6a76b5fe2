/**
 * A server that speaks S3 (s3rver, which does not look at version 4 signatures), behind a door that does: whoever signs with
 * another secret, or sends other bytes than those signed, gets 403.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';

const KEY = 'S3RVER';
const SECRET = 'S3RVER';
const hash = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** AWS Signature Version 4, as its specification has it. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { authorization = '' } = request.headers;
  const [, key, scope = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  const header = (name: string) => String(request.headers[name] ?? '').trim();
  if (key !== KEY || header('x-amz-content-sha256') !== hash(body)) return false;
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
  const query = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const canonical = [
    request.method,
    pathname,
    query.join('&'),
    ...names.split(';').map((name) => `${name}:${header(name)}`),
    '',
    names,
    hash(body),
  ].join('\n');
  const [day = '', region = '', service = '', last = ''] = scope.split('/');
  const signing = [region, service, last].reduce(hmac, hmac(`AWS4${SECRET}`, day));
  const text = ['AWS4-HMAC-SHA256', header('x-amz-date'), scope, hash(canonical)].join('\n');
  return hmac(signing, text).toString('hex') === signature;
}

export interface TestBucket {
  /** For `S3_URL`, with the right key and secret. */
  url: string;
  /** Requests that were let in and turned away. */
  seen: { signed: number; refused: number };
  close(): Promise<void>;
}

export async function testBucket(directory: string): Promise<TestBucket> {
  const behind = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'hall-pictures', configs: [] }],
  });
  const { port } = await behind.run();
  const seen = { signed: 0, refused: 0 };
  const door = createServer(async (request, response) => {
    const body = await buffer(request);
    if (!isSigned(request, body)) {
      seen.refused++;
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>');
      return;
    }
    seen.signed++;
    const { method = 'GET', url = '/', headers } = request;
    const inside = forward({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    inside.end(body);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://${KEY}:${SECRET}@127.0.0.1:${(door.address() as AddressInfo).port}/hall-pictures/night/of?region=eu-central-1`,
    seen,
    async close() {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await behind.close();
    },
  };
}
