-- A scheduled period is done once: the INSERT of the step done carries a token made of job and
-- period.
ALTER TABLE job_runs MODIFY SETTING non_replicated_deduplication_window = 10000
