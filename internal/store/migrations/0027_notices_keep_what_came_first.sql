-- The notices of a run are written once, whoever works them out: their INSERT carries a token
-- made of how many stood before, and of two with one token the server keeps the first.
ALTER TABLE notices MODIFY SETTING non_replicated_deduplication_window = 10000
