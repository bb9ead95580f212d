import type { Engine } from './engine.ts';

/** The tables that grow with the export. */
export type GrowingTable =
  | 'snapshot_row'
  | 'work_item'
  | 'link'
  | 'outcome'
  | 'dead_letter'
  | 'change'
  | 'trail';

/** Below this a wrong plan costs nothing. */
const SMALL = 500;

/**
 * Keeps the planner's statistics in step with tables that grow by a million rows within minutes: PGlite has no background worker that
 * would, and that of Postgres comes too late for a load. Without them the planner takes a wrong index or sorts a table for
 * each page (measured on PGlite at 300,000 rows: 1.9 s instead of 5 ms to resolve 200 ids).
 */
export class Statistics {
  private readonly engine: Engine;
  private readonly grown = new Map<GrowingTable, number>();
  private readonly known = new Map<GrowingTable, number>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  grew(table: GrowingTable, rows: number): void {
    this.grown.set(table, (this.grown.get(table) ?? 0) + rows);
  }

  /**
   * Analyzes each table that doubled since it was analyzed. Outside of any transaction: the lock would be held to its end. What was committed is committed,
   * so a failure here is nobody's failure.
   */
  async settle(): Promise<void> {
    for (const [table, rows] of this.grown) {
      if (rows < SMALL) continue;
      const known = this.known.get(table) ?? (await this.analyzedRows(table));
      this.known.set(table, known);
      if (rows < known) continue;
      this.grown.set(table, 0);
      await this.analyze(table).catch(() => undefined);
      this.known.set(table, await this.analyzedRows(table));
    }
  }

  private async analyze(table: GrowingTable): Promise<void> {
    await this.engine.beginShort(async (session) => {
      // 6,000 sampled rows tell which index to take; the default of 30,000 costs five times as much.
      await session.query('set local default_statistics_target = 20');
      await session.query(`analyze (skip_locked) vp.${table}`);
    });
  }

  private async analyzedRows(table: GrowingTable): Promise<number> {
    const [found] = await this.engine
      .query<{ rows: number }>(
        'select reltuples::float8 as rows from pg_class where oid = $1::text::regclass',
        [`vp.${table}`],
      )
      .catch(() => []);
    return Math.max(SMALL, found?.rows ?? 0);
  }
}
