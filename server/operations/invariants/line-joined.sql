-- The line counts everybody who joined it.
select l.drop_id, l.joined, count(p.id) as places
from ticketing.lines l
left join ticketing.places p on p.drop_id = l.drop_id
group by l.drop_id, l.joined
having l.joined <> count(p.id)
