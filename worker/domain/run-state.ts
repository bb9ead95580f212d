/** A migration's life is data: every state and every transition that may happen. Applied in one place (ledger.migrations). */
export const RUN_STATES = [
  'new',
  'planned',
  'plan-approved',
  'schema-applied',
  'sampled',
  'sample-approved',
  'loading',
  'loaded',
  'reconciled',
  'accepted',
  'rolling-back',
  'rolled-back',
  'purged',
] as const;

export type RunState = (typeof RUN_STATES)[number];

const ROLLBACK: readonly RunState[] = ['rolling-back'];

/** From each state, where a migration may go. A state may always be entered again from itself (a repeated command). */
export const TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  new: ['planned'],
  planned: ['planned', 'plan-approved'],
  'plan-approved': ['planned', 'schema-applied', ...ROLLBACK],
  'schema-applied': ['planned', 'sampled', ...ROLLBACK],
  // A discarded sample goes back to `schema-applied`; only then may a new plan be made.
  sampled: ['schema-applied', 'sample-approved', ...ROLLBACK],
  'sample-approved': ['schema-applied', 'loading', ...ROLLBACK],
  loading: ['loaded', ...ROLLBACK],
  loaded: ['loading', 'reconciled', ...ROLLBACK],
  reconciled: ['loading', 'loaded', 'accepted', ...ROLLBACK],
  accepted: ['purged'],
  'rolling-back': ['rolled-back'],
  'rolled-back': ['purged'],
  purged: [],
};

/** True when a migration in `from` may enter `to`. */
export function mayTransition(from: RunState, to: RunState): boolean {
  return from === to || TRANSITIONS[from].includes(to);
}
