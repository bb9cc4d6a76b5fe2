/** Writes docs/venue-map.schema.json, and server/stores/schema.sql from an empty database that has just been migrated. */
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { VENUE_MAP_SCHEMA } from '../../server/seating/index.ts';
import { dumpSchema } from '../../server/stores/catalogue.ts';
import { migrate } from '../../server/stores/migrate.ts';
import { temporaryCluster } from '../../server/stores/testing-cluster.ts';

writeFileSync(
  new URL('../../docs/venue-map.schema.json', import.meta.url),
  `${JSON.stringify(VENUE_MAP_SCHEMA, null, 2)}\n`,
);

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
