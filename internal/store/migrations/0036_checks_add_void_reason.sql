-- void_reason is why a check was voided; empty where it counts. A voided check stays as it was:
-- it is listed with its reason, counts nowhere, and counts again once the reason is taken back.
ALTER TABLE checks ADD COLUMN IF NOT EXISTS void_reason String
