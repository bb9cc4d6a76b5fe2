-- The new epoch, under the exclusive fence taken in the statement before. Stamped with the wall clock: now() is when
-- this transaction began to wait for the fence, and batches that held it have begun since.
-- $2: the epoch the gate is known to show: a ledger restored from a backup may be behind it.
update ticketing.drops set epoch = greatest(epoch, $2::bigint) + 1, epoch_bumped_at = clock_timestamp(), updated_at = now() where id = $1
returning epoch
