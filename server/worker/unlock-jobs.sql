-- Frees the jobs of workers that died: the runner's own default is to wait for four hours (rule W7). Unlocked by whoever
-- sees it first; jobs may so run twice, and are written for it.
select graphile_worker.force_unlock_workers(lost.ids) as done, cardinality(lost.ids) as workers
  from (
    select array_agg(distinct j.locked_by) as ids
      from graphile_worker.jobs j
     where j.locked_by is not null
       and not exists (
         select from ticketing.workers w
          where w.id = j.locked_by and w.seen_at > now() - make_interval(secs => $1)
       )
  ) lost
 where lost.ids is not null
