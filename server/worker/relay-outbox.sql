-- Hands waiting outbox rows to the job runner, in one statement and therefore exactly once (rule W6). `add_jobs` notifies
-- once for all of them; NOTIFY takes a lock that serialises commits, which is why no hot transaction may do it.
-- Rejected: `add_job` within the transaction that pays an order (one NOTIFY per order).
with due as (
  delete from ticketing.outbox
   where id in (select id from ticketing.outbox order by id limit $1 for update skip locked)
  returning id, topic, payload
), handed as (
  select graphile_worker.add_jobs(array(
    select row(topic, payload::json, null, now(), null, null, null, null)::graphile_worker.job_spec from due order by id
  )) where exists (select from due)
)
select (select count(*) from due)::int as relayed, (select count(*) from handed)::int as jobs
