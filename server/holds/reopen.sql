-- The new epoch, under the exclusive fence taken in the statement before.
update ticketing.drops set epoch = epoch + 1, epoch_bumped_at = now(), updated_at = now() where id = $1
returning epoch
