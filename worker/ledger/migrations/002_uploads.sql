-- Uploads are changes whose key is the file's id. Which record is to have the file must be found by SQL: after a kill the uploads of a batch are looked
-- up by its records, before anything is sent again.

alter table vp.change add column of_record text collate "C";
create index change_of_record on vp.change (migration_id, object, of_record) where of_record is not null;
