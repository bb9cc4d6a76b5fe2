-- A drop's numbers are dense: 1 to the last one given, each once, and each place shows the number it was given.
select l.drop_id, l.last_number, count(n.number) as given, max(n.number) as highest,
  count(p.id) as places_with_number, count(p.id) filter (where p.id = n.place_id) as agreeing
from ticketing.lines l
left join (
  ticketing.place_numbers n
  full join (select * from ticketing.places where number is not null) p on p.drop_id = n.drop_id and p.number = n.number
) on coalesce(n.drop_id, p.drop_id) = l.drop_id
group by l.drop_id, l.last_number
having count(n.number) <> l.last_number or coalesce(max(n.number), 0) <> l.last_number
  or count(p.id) <> l.last_number or count(p.id) filter (where p.id = n.place_id) <> l.last_number
