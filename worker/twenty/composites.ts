/**
 * The sub-fields of Twenty's composite types, which are selected whole. The contract suite compares the table with what the
 * server's introspection says.
 */
export const COMPOSITES: Readonly<
  Record<string, { readonly graphqlType: string; readonly fields: readonly string[] }>
> = {
  ACTOR: { graphqlType: 'Actor', fields: ['source', 'workspaceMemberId', 'name', 'context'] },
  ADDRESS: {
    graphqlType: 'Address',
    fields: [
      'addressStreet1',
      'addressStreet2',
      'addressCity',
      'addressPostcode',
      'addressState',
      'addressCountry',
      'addressLat',
      'addressLng',
    ],
  },
  CURRENCY: { graphqlType: 'Currency', fields: ['amountMicros', 'currencyCode'] },
  EMAILS: { graphqlType: 'Emails', fields: ['primaryEmail', 'additionalEmails'] },
  FULL_NAME: { graphqlType: 'FullName', fields: ['firstName', 'lastName'] },
  LINKS: { graphqlType: 'Links', fields: ['primaryLinkLabel', 'primaryLinkUrl', 'secondaryLinks'] },
  PHONES: {
    graphqlType: 'Phones',
    fields: ['primaryPhoneNumber', 'primaryPhoneCountryCode', 'primaryPhoneCallingCode', 'additionalPhones'],
  },
  RICH_TEXT: { graphqlType: 'RichText', fields: ['blocknote', 'markdown'] },
  RICH_TEXT_V2: { graphqlType: 'RichText', fields: ['blocknote', 'markdown'] },
};
