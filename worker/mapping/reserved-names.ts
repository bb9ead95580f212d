/** Names that Twenty keeps for itself (twenty-facts 7.2), singular; the plural of each is reserved too. */
const RESERVED_SINGULAR = words(`
  address agentActor aggregate appToken approvedAccessDomain billingCustomer billingEntitlement billingMeter billingProduct billingSubscription
  billingSubscriptionItem currency event featureFlag field fullName index job keyValuePair link object pageLayout pageLayoutTab
  pageLayoutWidget plan postgresCredential relation role search twoFactorMethod type user userWorkspace userWorkspaceRole workspace`);

const RESERVED: ReadonlySet<string> = new Set(
  RESERVED_SINGULAR.flatMap((name) => [
    name,
    /(?:s|ch|x)$/.test(name) ? `${name}es` : `${name}s`,
    name.replace(/y$/, 'ies'),
  ]).map((name) => name.toLowerCase()),
);

/** An object becomes a GraphQL type of its name: these are types of the API already. */
const GRAPHQL_TYPES: ReadonlySet<string> = new Set(
  words(`
    query mutation subscription string int float boolean id date dateTime time uuid upload json rawJson bigInt bigFloat cursor pageInfo position
    actor actors emails phones links richText tsVector file files any`).map((name) => name.toLowerCase()),
);

/** Whether Twenty refuses the name for a field, case aside. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name.toLowerCase());
}

/** Whether Twenty refuses the name for an object, or would have two types of the name, case aside. */
export function isReservedForObject(name: string): boolean {
  return isReserved(name) || GRAPHQL_TYPES.has(name.toLowerCase());
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
