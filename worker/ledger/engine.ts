/** What a statement takes. Lists of rows go in as one JSON text (`json_to_recordset`): the fastest way measured on PGlite. */
export type SqlValue = string | number | boolean | null | readonly number[] | readonly string[];

/**
 * One statement and its rows. `R` describes the columns that the statement itself names: bigint is a number, timestamptz a
 * Date, bytea a Uint8Array. Throws STORE_UNAVAILABLE.
 */
export interface Session {
  query<R extends object>(sql: string, params?: readonly SqlValue[]): Promise<R[]>;
  /** Several statements without parameters. */
  script(sql: string): Promise<void>;
}

/** A database engine: connections and transactions, nothing about how callers nest them. */
export interface Engine extends Session {
  /** True when a second transaction can run beside an open one. */
  readonly concurrent: boolean;
  /** BEGIN, work, COMMIT; ROLLBACK when `work` throws, and its error passes unchanged. Statements of a session run one by one. */
  begin<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** As `begin`, on connections kept for short transactions, so that it never waits for long ones. */
  beginShort<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
