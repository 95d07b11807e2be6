-- A version of a draft is kept once, whoever prints it: its INSERT carries a token made of
-- period and version.
ALTER TABLE reports MODIFY SETTING non_replicated_deduplication_window = 10000
