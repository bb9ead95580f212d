import type { FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { argumentValue } from './argument-values.ts';
import type { JsonObject } from './json.ts';

/**
 * What a query selects, by field name: below the root the server answers under the field's own name and ignores aliases.
 * A leaf is null.
 */
export interface Selection {
  readonly [field: string]: Selection | null;
}

export interface QueryParts {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: JsonObject;
}

export function selectionOf(set: SelectionSetNode | undefined, parts: QueryParts): Selection {
  const selection: Record<string, Selection | null> = {};
  if (set !== undefined) collect(set, parts, selection);
  return selection;
}

function collect(set: SelectionSetNode, parts: QueryParts, into: Record<string, Selection | null>): void {
  for (const node of set.selections) {
    if (isLeftOut(node.directives ?? [], parts)) continue;
    if (node.kind === 'Field') {
      const inner = node.selectionSet === undefined ? null : selectionOf(node.selectionSet, parts);
      const known = into[node.name.value];
      into[node.name.value] = known && inner ? { ...known, ...inner } : (inner ?? known ?? null);
    } else if (node.kind === 'InlineFragment') collect(node.selectionSet, parts, into);
    else {
      const fragment = parts.fragments.get(node.name.value);
      if (fragment !== undefined) collect(fragment.selectionSet, parts, into);
    }
  }
}

/** Root fields of an operation, fragments resolved. */
export function rootFields(set: SelectionSetNode, parts: QueryParts): FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === 'Field') return [node];
    if (node.kind === 'InlineFragment') return rootFields(node.selectionSet, parts);
    const fragment = parts.fragments.get(node.name.value);
    return fragment === undefined ? [] : rootFields(fragment.selectionSet, parts);
  });
}

function isLeftOut(directives: NonNullable<FieldNode['directives']>, parts: QueryParts): boolean {
  return directives.some((directive) => {
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if');
    const value = condition === undefined ? undefined : argumentValue(condition.value, parts.variables);
    return directive.name.value === 'skip'
      ? value === true
      : directive.name.value === 'include' && value === false;
  });
}
