-- A step of a mail is written once, whoever takes it: its INSERT carries a token made of mail
-- and number of the step.
ALTER TABLE outbox MODIFY SETTING non_replicated_deduplication_window = 10000
