import type { Database } from './database.ts';
import type { Link, RecordStore } from './ledger.ts';
import { fromStored, toStored } from './stored-text.ts';

type LinkMethods = Pick<RecordStore, 'putLinks' | 'resolve' | 'linksOf' | 'links' | 'dropLinks'>;

interface LinkColumns {
  object: string;
  source_id: string;
  target_object: string;
  part: string;
  twenty_id: string;
}

/** Where source records went. */
export function linkStore(db: Database): LinkMethods {
  return {
    putLinks: async (migrationId, links) => {
      if (links.length === 0) return;
      // The last one of a key wins, as it would one by one; a statement must not meet a key twice.
      const byKey = new Map(
        links.map((link) => [
          JSON.stringify([link.object, link.sourceId, link.targetObject, link.part]),
          link,
        ]),
      );
      const rows = [...byKey.values()].map((link) => ({ ...link, sourceId: toStored(link.sourceId) }));
      await db.query(
        `insert into vp.link (migration_id, object, source_id, target_object, part, twenty_id)
         select $1, object, "sourceId", "targetObject", part, "twentyId"
         from json_to_recordset($2::json) as r(object text, "sourceId" text, "targetObject" text, part text, "twentyId" text)
         on conflict (migration_id, object, source_id, target_object, part) do update set twenty_id = excluded.twenty_id`,
        [migrationId, JSON.stringify(rows)],
      );
      await db.grew('link', links.length);
    },
    resolve: async (migrationId, key, sourceIds) => {
      if (sourceIds.length === 0) return new Map();
      const found = await db.query<{ source_id: string; twenty_id: string }>(
        `select source_id, twenty_id from vp.link
         where migration_id = $1 and object = $2 and target_object = $3 and part = $4
           and source_id = any(array(select json_array_elements_text($5::json)))`,
        [migrationId, key.object, key.targetObject, key.part, JSON.stringify(sourceIds.map(toStored))],
      );
      return new Map(found.map((columns) => [fromStored(columns.source_id), columns.twenty_id]));
    },
    linksOf: async (migrationId, targetObject, twentyIds) => {
      if (twentyIds.length === 0) return [];
      const found = await db.query<LinkColumns>(
        `select object, source_id, target_object, part, twenty_id from vp.link
         where migration_id = $1 and target_object = $2 and twenty_id = any($3::text[])
         order by object, source_id, part`,
        [migrationId, targetObject, twentyIds],
      );
      return found.map(linkOf);
    },
    // With ties: the links of one source record stay on one page, which may be longer than the limit for it.
    links: async (migrationId, object, page) => {
      const found = await db.query<LinkColumns>(
        `select object, source_id, target_object, part, twenty_id from vp.link
         where migration_id = $1 and object = $2 and source_id > $3
         order by source_id fetch first $4 rows with ties`,
        [migrationId, object, toStored(page.afterSourceId), page.limit],
      );
      return found.map(linkOf);
    },
    dropLinks: async (migrationId, targetObject, twentyIds) => {
      if (twentyIds.length === 0) return;
      await db.query(
        'delete from vp.link where migration_id = $1 and target_object = $2 and twenty_id = any($3::text[])',
        [migrationId, targetObject, twentyIds],
      );
    },
  };
}

function linkOf(columns: LinkColumns): Link {
  return {
    object: columns.object,
    sourceId: fromStored(columns.source_id),
    targetObject: columns.target_object,
    part: columns.part,
    twentyId: columns.twenty_id,
  };
}
