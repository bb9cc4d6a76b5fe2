/** A process that owns embedded stores, for tests that kill it: `node testing-owner.ts <dataDir>`. */
import { startPostgres, startRedis } from './embedded.ts';

const dataDir = process.argv[2];
if (!dataDir) throw new Error('usage: testing-owner.ts <dataDir>');
const postgres = await startPostgres({ dataDir });
const redis = await startRedis({ dataDir });
process.stdout.write(`${JSON.stringify({ postgres: postgres.url, redis: redis.url })}\n`);
process.once('SIGTERM', async () => {
  await redis.stop();
  await postgres.stop();
  process.exit(0);
});
