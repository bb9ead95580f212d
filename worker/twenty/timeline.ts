import type { TargetSchema } from './target.ts';

/** What the timeline tells of a system object: the record that it links is shown where its target is. */
export const LINKING: Readonly<Record<string, { readonly linked: string; readonly column: string }>> = {
  noteTarget: { linked: 'note', column: 'noteId' },
  taskTarget: { linked: 'task', column: 'taskId' },
};

/**
 * The column in which timeline rows point at records of the object; null when Twenty writes none about them: system objects (attachments, targets)
 * and those that the timeline has no place for (twenty-facts 4, 10).
 */
export function onTimeline(schema: TargetSchema, object: string): string | null {
  if (schema.objects.get(object)?.isSystem !== false) return null;
  const name = `target${object.charAt(0).toUpperCase()}${object.slice(1)}`;
  return schema.objects.get('timelineActivity')?.fields.get(name)?.relation?.joinColumn ?? null;
}
