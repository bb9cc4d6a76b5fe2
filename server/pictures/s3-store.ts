/** Pictures in a bucket. The client is large and loaded only where there is one. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import { LIMITS } from '../limits.ts';
import type { PictureStore } from './store.ts';

type S3Settings = NonNullable<Config['s3']>;
type Sdk = typeof import('@aws-sdk/client-s3');

const isAbsent = (err: unknown): boolean => {
  const { name, $metadata } = err as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404;
};

function connect({ endpoint, region, credentials }: S3Settings): Promise<{ sdk: Sdk; client: S3Client }> {
  return import('@aws-sdk/client-s3').then((sdk) => ({
    sdk,
    client: new sdk.S3Client({
      endpoint,
      region,
      ...(credentials ? { credentials } : {}),
      // The bucket in the path: the one way that all servers of this protocol know.
      forcePathStyle: true,
      // Newer checksums by default are refused by older servers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 2,
      requestHandler: { connectionTimeout: LIMITS.storeConnectMs, requestTimeout: LIMITS.storeAnswerMs },
    }),
  }));
}

export function s3Store(settings: S3Settings): PictureStore {
  const { bucket, prefix } = settings;
  let connecting: ReturnType<typeof connect> | undefined;
  const open = () => {
    connecting ??= connect(settings);
    return connecting;
  };
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  return {
    async put(key, bytes) {
      const { sdk, client } = await open();
      await client.send(
        new sdk.PutObjectCommand({
          ...at(key),
          Body: bytes,
          ContentType: 'image/webp',
          ContentLength: bytes.length,
        }),
      );
    },
    async get(key) {
      const { sdk, client } = await open();
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand(at(key)));
        return Body ? Buffer.from(await Body.transformToByteArray()) : null;
      } catch (err) {
        if (isAbsent(err)) return null;
        throw err;
      }
    },
    async remove(key) {
      const { sdk, client } = await open();
      await client.send(new sdk.DeleteObjectCommand(at(key)));
    },
    async *list() {
      const { sdk, client } = await open();
      let token: string | undefined;
      do {
        const page = await client.send(
          new sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(token ? { ContinuationToken: token } : {}),
          }),
        );
        for (const { Key = '', LastModified } of page.Contents ?? [])
          yield {
            key: Key.slice(prefix.length),
            modifiedMs: LastModified?.getTime() ?? Number.POSITIVE_INFINITY,
          };
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token);
    },
    async probe() {
      const { sdk, client } = await open();
      await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
    },
  };
}
