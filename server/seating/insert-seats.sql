-- The seats of event $1, in the map's order: tiers, channels, sections, rows, labels and flags in parallel arrays.
insert into ticketing.seats (event_id, seat, tier_id, channel, section, row_label, label, flags)
select $1, s.ordinality - 1, s.tier_id, s.channel, s.section, s.row_label, s.label, s.flags
from unnest($2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::smallint[]) with ordinality
  as s (tier_id, channel, section, row_label, label, flags)
