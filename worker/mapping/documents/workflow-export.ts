/** What `workflows export` makes of the definitions in a snapshot. Holds customer values: for files of the migration, never for logs. */
export interface WorkflowExport {
  readonly snapshotId: string;
  readonly sourceInstance: string;
  /** In the order of the export. */
  readonly definitions: readonly RebuildItem[];
  /** Why there are none, where the file could not be read; no values. */
  readonly remarks: readonly string[];
}

/** What a definition is, for whoever rebuilds it. */
export type RebuildKind =
  /** Something with a trigger or steps. */
  | 'workflow'
  | 'template'
  | 'sequence'
  /** A value beside the definitions, or nothing that can run. */
  | 'other';

export interface RebuildItem {
  readonly kind: RebuildKind;
  /** The source's own name of the list: `workflows`. */
  readonly list: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `on`, `off`, or 'unknown' where the source does not say. */
  readonly active: 'on' | 'off' | 'unknown';
  readonly triggers: readonly RebuildStep[];
  readonly steps: readonly RebuildStep[];
  /** The definition as exported, to the character. */
  readonly text: string;
}

export interface RebuildStep {
  /** `1`, `2.1`: steps within branches and loops count on. */
  readonly number: string;
  /** The source's word for it; '' where it has none. */
  readonly type: string;
  readonly name: string;
  readonly counterpart: Counterpart;
  /** What the source says of it besides, as JSON. */
  readonly settings: string;
}

export type Counterpart =
  /** `label`: as Twenty's workflow builder shows it. */
  | { readonly kind: 'same'; readonly label: string; readonly hint: string }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'unknown' };
