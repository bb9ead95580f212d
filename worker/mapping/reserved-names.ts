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

/** Whether Twenty refuses the name for a field or an object, case aside. Names of GraphQL's own (`query`, `string`, `pageInfo`) it takes: tried on 2.21. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name.toLowerCase());
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
