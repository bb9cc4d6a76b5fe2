-- Opens a lobby whose time has come. Nobody joined before, so no fence is needed: the phase itself is compared and set.
with opened as (
  update ticketing.drops set phase = 'lobby', updated_at = now()
  where id = $1 and phase = 'scheduled' and has_line and lobby_opens_at <= now() and opens_at > now()
  returning id
)
update ticketing.lines l set version = version + 1 from opened o where l.drop_id = o.id returning l.drop_id
