-- A version of a result is written once, whoever writes it: its INSERT carries a token made
-- of task, period and version, and of two with one token the server keeps the first.
ALTER TABLE results MODIFY SETTING non_replicated_deduplication_window = 10000
