/** Writes server/stores/schema.sql from an empty database that has just been migrated. */
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { dumpSchema } from '../../server/stores/catalogue.ts';
import { migrate } from '../../server/stores/migrate.ts';
import { temporaryCluster } from '../../server/stores/testing-cluster.ts';

const cluster = await temporaryCluster();
try {
  const admin = new pg.Client({ connectionString: cluster.adminUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE dump');
  await admin.end();
  const done = await migrate(cluster.urlOf('dump'));
  writeFileSync(
    new URL('../../server/stores/schema.sql', import.meta.url),
    await dumpSchema(cluster.urlOf('dump')),
  );
  process.stdout.write(
    `server/stores/schema.sql: ${done.migrations.length} migrations, ${done.functions.length} functions\n`,
  );
} finally {
  await cluster.stop();
}
