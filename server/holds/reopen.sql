-- The new epoch, under the exclusive fence taken in the statement before.
update ticketing.drops set epoch = epoch + 1, epoch_bumped_at = clock_timestamp(), updated_at = now() where id = $1
returning epoch
