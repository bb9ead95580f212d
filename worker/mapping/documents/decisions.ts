import { z } from 'zod';

/**
 * decisions.yaml: every open question of a plan with its default, written by `plan`, answered by a person, read by the next `plan`. An
 * answer left empty is an open question; `--accept-defaults` takes the default.
 */
const answerSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.record(z.string(), z.union([z.string(), z.null()])),
  z.array(z.string()),
]);

export const decisionSchema = z.strictObject({
  /** Stable: `match.companies`, `stage.sales/qualified`. */
  id: z.string().min(1),
  question: z.string(),
  /** The answers that are taken; absent when the answer is free (an e-mail, a map). */
  choices: z.array(z.string()).optional(),
  default: answerSchema.nullable(),
  answer: answerSchema.nullable().default(null),
});

export const decisionsFileSchema = z.strictObject({
  version: z.literal(1),
  migration: z.string(),
  decisions: z.array(decisionSchema),
});

export type Answer = z.infer<typeof answerSchema>;
export type Decision = z.infer<typeof decisionSchema>;
export type DecisionsFile = z.infer<typeof decisionsFileSchema>;
