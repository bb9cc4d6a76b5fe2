/** How the whole is doing (rules W35 to W38): stores, workers, what waits for them, alerts; and every open drop. */
import { type Static, Type } from 'typebox';
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { DropPhase, TimeSchema, UuidSchema } from '../protocol/index.ts';
import { type Ledger, type Redis, sqlFile, statement } from '../stores/index.ts';

const DROPS = sqlFile(import.meta.url, 'drops.sql');
const LAGS = sqlFile(import.meta.url, 'lags.sql');
const LEDGER = statement(
  'operations_ledger',
  `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
     (select count(*)::integer from pg_stat_activity where datname = current_database()) as connections`,
);
const WORKERS = statement(
  'operations_workers',
  'select id, extract(epoch from now() - seen_at)::float8 as seconds from ticketing.workers order by seen_at desc limit 50',
);
const ALERTS = statement(
  'operations_alerts',
  `select event_id as "eventId", event_title as "eventTitle", alert_type as type, affected_tiers::integer as affected, priority
   from ticketing.alerts order by priority, event_id limit 500`,
);

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const StoreHealth = Type.Object({
  ok: Type.Boolean(),
  /** How long it took to answer; null when it did not. */
  answerMs: Nullable(Type.Number()),
  detail: Type.String(),
});
export const Lag = Type.Object({
  name: Type.String(),
  sentence: Type.String(),
  waiting: Type.Integer(),
  oldestSeconds: Type.Number(),
  limitSeconds: Type.Integer(),
  ok: Type.Boolean(),
});
export const Health = Type.Object({
  ok: Type.Boolean(),
  checkedAt: TimeSchema,
  stores: Type.Object({ ledger: StoreHealth, gate: StoreHealth }),
  workers: Type.Array(
    Type.Object({ id: Type.String(), seenSecondsAgo: Type.Number(), alive: Type.Boolean() }),
  ),
  lags: Type.Array(Lag),
  alerts: Type.Array(
    Type.Object({
      eventId: UuidSchema,
      eventTitle: Type.String(),
      type: Type.String(),
      affected: Type.Integer(),
      priority: Type.String(),
    }),
  ),
});
export type Health = Static<typeof Health>;

export const OpenDrop = Type.Object({
  id: UuidSchema,
  eventId: UuidSchema,
  eventTitle: Type.String(),
  vendorId: UuidSchema,
  vendorName: Type.String(),
  phase: DropPhase,
  pauseReason: Nullable(Type.String()),
  pausedAt: Nullable(TimeSchema),
  hasLine: Type.Boolean(),
  opensAt: TimeSchema,
  endsAt: TimeSchema,
  epoch: Type.Integer(),
  joined: Type.Integer(),
  waiting: Type.Integer(),
  serving: Type.Integer(),
  lastNumber: Type.Integer(),
  turnsInUse: Type.Integer(),
  maxTurns: Type.Integer(),
  capacity: Type.Integer(),
  available: Type.Integer(),
  held: Type.Integer(),
  sold: Type.Integer(),
  /** How many things are wrong with the event's accounts; 0 is healthy. */
  healthScore: Type.Integer(),
});
export type OpenDrop = Static<typeof OpenDrop>;

const LATE: Record<string, { limitSeconds: number; sentence: string }> = {
  holds: { limitSeconds: LIMITS.lateHoldsSeconds, sentence: 'Lapsed holds go back to the stock.' },
  turns: { limitSeconds: LIMITS.lateTurnsSeconds, sentence: 'Turns and calls that ran out end.' },
  openings: { limitSeconds: LIMITS.lateOpeningsSeconds, sentence: 'Sales open on time.' },
  payments: { limitSeconds: LIMITS.latePaymentsSeconds, sentence: 'Payments under way come to an end.' },
  outbox: { limitSeconds: LIMITS.lateOutboxSeconds, sentence: 'Jobs are handed to the job runner.' },
  credits: { limitSeconds: LIMITS.lateCreditsSeconds, sentence: 'The gate learns what the ledger freed.' },
};

export interface HealthDeps {
  ledger: Ledger;
  gate: Redis;
  clock: Clock;
}

async function ask(clock: Clock, question: () => Promise<string>): Promise<Static<typeof StoreHealth>> {
  const start = clock.now();
  try {
    const detail = await question();
    return { ok: true, answerMs: clock.now() - start, detail };
  } catch (err) {
    return { ok: false, answerMs: null, detail: err instanceof Error ? err.message : String(err) };
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;

async function askLedger({ ledger }: HealthDeps): Promise<string> {
  const row = await ledger.reads.one<{ version: string; bytes: number; connections: number }>(LEDGER);
  if (!row) throw new Error('the ledger gave no answer');
  return `Postgres ${row.version}, ${megabytes(row.bytes)}, ${row.connections} connections`;
}

async function askGate({ gate }: HealthDeps): Promise<string> {
  const info = await gate.info();
  const of = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? '';
  return `Redis ${of('redis_version')}, ${megabytes(Number(of('used_memory')))}, ${of('connected_clients')} clients`;
}

async function readLags({ ledger }: HealthDeps): Promise<Health['lags']> {
  const rows = await ledger.reads.all<{ name: string; waiting: number; seconds: number }>(LAGS);
  return rows.map(({ name, waiting, seconds }) => {
    const late = LATE[name];
    if (!late) throw new Error(`lags.sql names ${name}, which has no limit`);
    return {
      name,
      ...late,
      waiting,
      oldestSeconds: seconds,
      ok: waiting === 0 || seconds <= late.limitSeconds,
    };
  });
}

async function readWorkers({ ledger }: HealthDeps): Promise<Health['workers']> {
  const rows = await ledger.reads.all<{ id: string; seconds: number }>(WORKERS);
  return rows.map(({ id, seconds }) => ({
    id,
    seenSecondsAgo: seconds,
    alive: seconds <= LIMITS.workerLateSeconds,
  }));
}

export type Alert = Health['alerts'][number];

/** What ticketing.alerts raises, worst first. */
export const readAlerts = ({ ledger }: HealthDeps): Promise<Alert[]> => ledger.reads.all<Alert>(ALERTS);

/** Answers also when a store is away: then that store is what is wrong. */
export async function readHealth(deps: HealthDeps, readAlerts: () => Promise<Alert[]>): Promise<Health> {
  const [ledger, gate] = await Promise.all([
    ask(deps.clock, () => askLedger(deps)),
    ask(deps.clock, () => askGate(deps)),
  ]);
  const [lags, workers, alerts] = ledger.ok
    ? await Promise.all([readLags(deps), readWorkers(deps), readAlerts()])
    : [[], [], []];
  const ok =
    ledger.ok &&
    gate.ok &&
    lags.every((lag) => lag.ok) &&
    workers.some((w) => w.alive) &&
    alerts.length === 0;
  return {
    ok,
    checkedAt: new Date(deps.clock.now()).toISOString(),
    stores: { ledger, gate },
    workers,
    lags,
    alerts,
  };
}

type DropRow = Omit<OpenDrop, 'pausedAt' | 'opensAt' | 'endsAt' | 'healthScore'> & {
  pausedAt: Date | null;
  opensAt: Date;
  endsAt: Date;
};

export async function readOpenDrops(
  { ledger }: HealthDeps,
  readAlerts: () => Promise<Alert[]>,
): Promise<OpenDrop[]> {
  const [rows, alerts] = await Promise.all([ledger.reads.all<DropRow>(DROPS), readAlerts()]);
  const scores = new Map<string, number>();
  for (const { eventId, affected } of alerts) scores.set(eventId, (scores.get(eventId) ?? 0) + affected);
  return rows.map((row) => ({
    ...row,
    healthScore: scores.get(row.eventId) ?? 0,
    pausedAt: row.pausedAt?.toISOString() ?? null,
    opensAt: row.opensAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
  }));
}
