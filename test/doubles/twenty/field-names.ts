import { COMPOSITES, pascal } from './composites.ts';
import type { Complaint } from './metadata-errors.ts';
import { joinColumnOf, type ObjectMeta } from './model.ts';

/** Names that 2.21 keeps for itself, for fields and objects. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(
  `approvedAccessDomain approvedAccessDomains appToken appTokens billingCustomer billingCustomers billingEntitlement
  billingEntitlements billingMeter billingMeters billingProduct billingProducts billingSubscription billingSubscriptions
  billingSubscriptionItem billingSubscriptionItems featureFlag featureFlags job jobs keyValuePair keyValuePairs pageLayout
  pageLayouts pageLayoutTab pageLayoutTabs pageLayoutWidget pageLayoutWidgets twoFactorMethod twoFactorMethods user users
  userWorkspace userWorkspaces workspace workspaces role roles userWorkspaceRole userWorkspaceRoles plan plans event events
  field fields link links currency currencies fullNames address addresses type types object objects index relation
  relations aggregate search searches`.split(/\s+/),
);

export const MALFORMED_NAME =
  'Name is not valid: it must start with lowercase letter and contain only alphanumeric letters';
export const RESERVED_NAME =
  'This name is reserved. Use a different name or the system will add "Custom" suffix.';

const MAX_NAME = 63;

/** What is wrong with a name for a new field, as the server says it; empty when nothing is. */
export function nameComplaints(object: ObjectMeta, name: string): Complaint[] {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
    return [
      {
        code: 'INVALID_FIELD_INPUT',
        message: MALFORMED_NAME,
        value: name,
      },
    ];
  if (name.length > MAX_NAME)
    return [
      {
        code: 'INVALID_FIELD_INPUT',
        message: `Name is too long: it exceeds the ${MAX_NAME} characters limit.`,
        value: name,
      },
    ];
  if (RESERVED_NAMES.has(name))
    return [
      {
        code: 'INVALID_FIELD_INPUT',
        message: RESERVED_NAME,
        value: name,
      },
    ];
  if (object.fields.has(name) || isJoinColumn(object, name))
    return [
      {
        code: 'NOT_AVAILABLE',
        message: `Name "${name}" is not available as it is already used by another field`,
        value: name,
      },
    ];
  if (isCompositeColumn(object, name))
    return [
      {
        code: 'RESERVED_KEYWORD',
        message: `Name "${name}" is reserved composite field name`,
        value: name,
        userFriendlyMessage: `Name "${name}" is not available`,
      },
    ];
  return [];
}

function isJoinColumn(object: ObjectMeta, name: string): boolean {
  return [...object.fields.values()].some(
    (field) => field.relation?.type === 'MANY_TO_ONE' && joinColumnOf(field) === name,
  );
}

function isCompositeColumn(object: ObjectMeta, name: string): boolean {
  return [...object.fields.values()].some((field) => {
    const subs = COMPOSITES.get(field.type);
    return subs !== undefined && Object.keys(subs).some((sub) => `${field.name}${pascal(sub)}` === name);
  });
}

/** `Child companies` -> `childCompanies`: the name of an inverse field. */
export function camelCase(label: string): string {
  const words = label
    .normalize('NFKD')
    .replace(/[^\w\s]/g, '')
    .split(/[\s_]+/)
    .filter((word) => word !== '');
  return words
    .map(
      (word, index) =>
        (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1),
    )
    .join('');
}
