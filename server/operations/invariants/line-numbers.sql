-- A drop's numbers are dense: 1 to the last one given, each once.
select l.drop_id, l.last_number, count(p.number) as given, max(p.number) as highest
from ticketing.lines l
left join ticketing.places p on p.drop_id = l.drop_id and p.number is not null
group by l.drop_id, l.last_number
having count(p.number) <> l.last_number or coalesce(max(p.number), 0) <> l.last_number
  or count(distinct p.number) <> count(p.number)
