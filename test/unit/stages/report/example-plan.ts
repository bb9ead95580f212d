import type { Plan } from '../../../../worker/mapping/documents/plan.ts';
import { loadMappings } from '../../../../worker/mapping/files.ts';

/** A plan as `plan` makes it, with hostile texts where a source can put some. */
export async function examplePlan(hostile: string): Promise<Plan> {
  const { profile, objects } = await loadMappings('mappings/visual-practice');
  const policy = {
    match: 'update-empty',
    trash: 'free-key',
    sameHost: 'create',
    duplicateIds: 'dead-letter',
    uniqueKeys: 'keep-both',
  } as const;
  return {
    version: 1,
    decided: {
      migration: 'spring',
      workspaceId: 'workspace-1',
      sourceInstance: 'clinic',
      snapshotId: 'snapshot-1',
      snapshotDigest: 'aa',
      profile,
      mapping: objects,
      valueMaps: { stages: { 'sales\u001fwon': 'WON', [`sales\u001f${hostile}`]: null } },
      policies: { contacts: policy },
      fallbackMember: { id: 'member-1', email: 'ada@practice.example' },
      schema: [
        {
          kind: 'field',
          object: 'person',
          name: 'city',
          type: 'TEXT',
          label: 'City',
          description: '',
          icon: 'IconMap',
          unique: false,
          settings: null,
          options: null,
        },
        {
          kind: 'options',
          object: 'opportunity',
          field: 'stage',
          options: [{ value: 'WON', label: hostile, color: 'green' }],
        },
      ],
      files: { location: 'csv:/exports/north-clinic', maxBytes: 1_073_741_824 },
      exclusions: ['deals'],
      allowed: { 'contacts.date_of_birth': hostile },
      brokenEdges: [{ object: 'companies', child: 'com-1', parent: hostile }],
      automations: [
        { id: 'a', kind: 'workflow-trigger', name: hostile, events: ['person.created'], policy: 'keep' },
      ],
      answers: {},
    },
    foreseen: {
      createdAt: '2026-01-02T03:04:05.000Z',
      questions: [
        {
          id: 'match.contacts',
          question: hostile,
          choices: ['skip', 'link-only'],
          default: 'skip',
          answer: null,
        },
        { id: 'exclude', question: 'Leave out?', default: [], answer: ['deals'] },
      ],
      open: 1,
      rows: [
        {
          object: 'owners',
          rows: 3,
          create: 0,
          match: 2,
          merged: 0,
          skipped: 1,
          excluded: 0,
          deadLetters: 0,
        },
        {
          object: 'contacts',
          rows: 1200,
          create: 1190,
          match: 1,
          merged: 2,
          skipped: 3,
          excluded: 0,
          deadLetters: 4,
        },
      ],
      matches: [
        {
          object: 'contacts',
          row: 3,
          sourceId: hostile,
          twentyId: 't',
          where: 'trash',
          by: 'emails.primaryEmail',
          policy: 'free-key',
        },
      ],
      deadLetters: [{ object: 'contacts', row: 9, sourceId: 'con-9', code: 'NO_ID', field: null }],
      orphans: [
        { object: 'owners', sourceId: 'own-1', name: hostile, email: 'left@practice.example', records: 17 },
      ],
      unmapped: [{ object: 'contacts', column: hostile, reason: 'nothing maps it' }],
      adapted: [],
      inferred: [],
      estimate: { calls: 1234, minutes: 12.2, limitPerMinute: 100, calibrated: true, rollbackMinutes: 2 },
      grade: { letter: 'C', reasons: [hostile] },
      excludedObjects: [
        { object: 'claims', rows: 5, reason: 'privacy', allowCommand: 'vp-twenty extract --allow claims' },
      ],
    },
  };
}
