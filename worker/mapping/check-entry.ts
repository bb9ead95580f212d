import { transforms } from './transforms/registry.ts';

/** What a field mapping and a condition have in common. */
interface Entry {
  readonly transform: string;
  readonly from: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What is wrong with the use of a transform: that it exists, its roles and options, and that it makes values of the type of the field to create. Pure. */
export function checkEntry(name: string, entry: Entry, creates?: string): string[] {
  const transform = transforms[entry.transform];
  if (transform === undefined)
    return [`${name} names the transform "${entry.transform}", which does not exist`];
  const problems: string[] = [];
  const roles = Object.keys(entry.from);
  for (const role of transform.roles) {
    if (!roles.includes(role))
      problems.push(`${name}: the transform "${entry.transform}" needs the role "${role}"`);
  }
  for (const role of roles) {
    if (!transform.roles.includes(role) && !transform.optionalRoles.includes(role))
      problems.push(`${name}: the transform "${entry.transform}" has no role "${role}"`);
  }
  const options = transform.optionsSchema.safeParse(entry.options);
  if (!options.success)
    problems.push(
      `${name}: options of "${entry.transform}": ${options.error.issues[0]?.message ?? 'invalid'}`,
    );
  if (creates !== undefined && !transform.produces.includes(creates))
    problems.push(`${name}: the transform "${entry.transform}" does not produce ${creates}`);
  return problems;
}
