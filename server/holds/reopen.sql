-- The new epoch, under the exclusive fence taken in the statement before. Stamped with the wall clock: now() is when
-- this transaction began to wait for the fence, and batches that held it have begun since.
update ticketing.drops set epoch = epoch + 1, epoch_bumped_at = clock_timestamp(), updated_at = now() where id = $1
returning epoch
