import type { FieldNode, ValueNode } from 'graphql';
import type { JsonObject } from './json.ts';

/** A literal or variable of the query as a value. Declared variable types are not enforced, as on the server. */
export function argumentValue(node: ValueNode, variables: JsonObject): unknown {
  switch (node.kind) {
    case 'Variable':
      return variables[node.name.value];
    case 'IntValue':
    case 'FloatValue':
      return Number(node.value);
    case 'StringValue':
    case 'EnumValue':
    case 'BooleanValue':
      return node.value;
    case 'NullValue':
      return null;
    case 'ListValue':
      return node.values.map((value) => argumentValue(value, variables));
    default: {
      const entries = node.fields.map(
        (field) => [field.name.value, argumentValue(field.value, variables)] as const,
      );
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
  }
}

/** Arguments of a root field; an undefined variable counts as not given. */
export function argumentsOf(field: FieldNode, variables: JsonObject): JsonObject {
  const given: JsonObject = {};
  for (const argument of field.arguments ?? []) {
    const value = argumentValue(argument.value, variables);
    if (value !== undefined) given[argument.name.value] = value;
  }
  return given;
}
