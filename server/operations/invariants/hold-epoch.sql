-- Nothing was committed under an epoch older than a bump that had returned.
select h.id as hold_id, h.epoch as hold_epoch, d.epoch as drop_epoch, h.created_at, d.epoch_bumped_at
from ticketing.holds h
join ticketing.drops d on d.id = h.drop_id
where h.epoch > d.epoch or (h.epoch < d.epoch and h.created_at > d.epoch_bumped_at)
