import { buildSchema, type GraphQLSchema } from 'graphql';

/**
 * The part of `/metadata` that the double answers, with the names and nullability of 2.21 (from its introspection). What
 * is not here is refused as an unknown field, as the real server refuses what it does not know.
 */
const SDL = `
scalar UUID
scalar DateTime
scalar JSON
scalar ConnectionCursor

enum RelationType { ONE_TO_MANY MANY_TO_ONE }
enum WorkspaceActivationStatus { ONGOING_CREATION PENDING_CREATION ACTIVE INACTIVE SUSPENDED }
enum FieldMetadataType {
  ACTOR ADDRESS ARRAY BOOLEAN CURRENCY DATE DATE_TIME EMAILS FILES FULL_NAME LINKS MORPH_RELATION MULTI_SELECT NUMBER
  NUMERIC PHONES POSITION RATING RAW_JSON RELATION RICH_TEXT SELECT TEXT TS_VECTOR UUID
}

type Object {
  id: UUID! universalIdentifier: String! nameSingular: String! namePlural: String! labelSingular: String!
  labelPlural: String! description: String icon: String shortcut: String color: String isRemote: Boolean!
  isActive: Boolean! isSystem: Boolean! isUIEditable: Boolean! isUICreatable: Boolean! isUIReadOnly: Boolean!
  isSearchable: Boolean! applicationId: UUID! createdAt: DateTime! updatedAt: DateTime!
  labelIdentifierFieldMetadataId: UUID imageIdentifierFieldMetadataId: UUID isLabelSyncedWithName: Boolean!
  fieldsList: [Field!]! fields(paging: CursorPaging! = {first: 10}, filter: FieldFilter! = {}): FieldConnection!
}
type Field {
  id: UUID! universalIdentifier: String! type: FieldMetadataType! name: String! label: String! description: String
  icon: String isActive: Boolean isSystem: Boolean isUIEditable: Boolean isUIReadOnly: Boolean isNullable: Boolean
  isUnique: Boolean defaultValue: JSON options: JSON settings: JSON objectMetadataId: UUID!
  isLabelSyncedWithName: Boolean morphId: UUID createdAt: DateTime! updatedAt: DateTime! applicationId: UUID!
  relation: Relation morphRelations: [Relation!] object: Object
}
type Relation {
  type: RelationType! sourceObjectMetadata: Object! targetObjectMetadata: Object! sourceFieldMetadata: Field!
  targetFieldMetadata: Field!
}
type PageInfo { hasNextPage: Boolean hasPreviousPage: Boolean startCursor: ConnectionCursor endCursor: ConnectionCursor }
type ObjectEdge { node: Object! cursor: ConnectionCursor! }
type ObjectConnection { pageInfo: PageInfo! edges: [ObjectEdge!]! }
type FieldEdge { node: Field! cursor: ConnectionCursor! }
type FieldConnection { pageInfo: PageInfo! edges: [FieldEdge!]! }

type Webhook {
  id: UUID! targetUrl: String! operations: [String!]! description: String secret: String! applicationId: UUID!
  createdAt: DateTime! updatedAt: DateTime! deletedAt: DateTime
}
type ApiKey {
  id: UUID! name: String! expiresAt: DateTime! revokedAt: DateTime createdAt: DateTime! updatedAt: DateTime! role: Role!
}
type ApiKeyForRole { id: UUID! name: String! expiresAt: DateTime! revokedAt: DateTime }
type ObjectPermission {
  objectMetadataId: UUID! canReadObjectRecords: Boolean canUpdateObjectRecords: Boolean
  canSoftDeleteObjectRecords: Boolean canDestroyObjectRecords: Boolean
}
type FieldPermission { objectMetadataId: UUID! fieldMetadataId: UUID! canReadFieldValue: Boolean canUpdateFieldValue: Boolean }
type RolePermissionFlag { id: UUID! roleId: UUID! flag: String! }
type Role {
  id: UUID! universalIdentifier: UUID label: String! description: String icon: String isEditable: Boolean!
  canBeAssignedToUsers: Boolean! canBeAssignedToAgents: Boolean! canBeAssignedToApiKeys: Boolean!
  apiKeys: [ApiKeyForRole!]! canUpdateAllSettings: Boolean! canAccessAllTools: Boolean! canReadAllObjectRecords: Boolean!
  canUpdateAllObjectRecords: Boolean! canSoftDeleteAllObjectRecords: Boolean! canDestroyAllObjectRecords: Boolean!
  permissionFlags: [RolePermissionFlag!] objectPermissions: [ObjectPermission!] fieldPermissions: [FieldPermission!]
}
type Application {
  id: UUID! name: String! description: String version: String universalIdentifier: String! canBeUninstalled: Boolean!
}
type FeatureFlag { key: String! value: Boolean! }
type Workspace {
  id: UUID! displayName: String logo: String inviteHash: String createdAt: DateTime! updatedAt: DateTime!
  deletedAt: DateTime trashRetentionDays: Float! workspaceMembersCount: Float activationStatus: WorkspaceActivationStatus!
  metadataVersion: Float! databaseSchema: String subdomain: String! customDomain: String
  workspaceCustomApplication: Application workspaceCustomApplicationId: String! installedApplications: [Application!]!
  featureFlags: [FeatureFlag!]
}
type User { id: UUID! email: String! }
enum FileFolder { FilesField }
type FileUploadTarget { fileId: UUID! uploadUrl: String! contentType: String! expiresAt: DateTime! }
type FileWithSignedUrl { id: UUID! path: String! size: Float! createdAt: DateTime! url: String! }

input CursorPaging { before: ConnectionCursor after: ConnectionCursor first: Int last: Int }
input UUIDFilterComparison { eq: UUID neq: UUID in: [UUID!] notIn: [UUID!] is: Boolean isNot: Boolean }
input BooleanFieldComparison { is: Boolean isNot: Boolean }
input FieldFilter {
  and: [FieldFilter!] or: [FieldFilter!] id: UUIDFilterComparison isActive: BooleanFieldComparison
  isSystem: BooleanFieldComparison objectMetadataId: UUIDFilterComparison
}
input ObjectFilter {
  and: [ObjectFilter!] or: [ObjectFilter!] id: UUIDFilterComparison isActive: BooleanFieldComparison
  isSystem: BooleanFieldComparison isSearchable: BooleanFieldComparison isRemote: BooleanFieldComparison
}
input CreateObjectInput {
  nameSingular: String! namePlural: String! labelSingular: String! labelPlural: String! description: String icon: String
  shortcut: String color: String skipNameField: Boolean isRemote: Boolean isLabelSyncedWithName: Boolean
}
input CreateOneObjectInput { object: CreateObjectInput! }
input DeleteOneObjectInput { id: UUID! }
input CreateFieldInput {
  type: FieldMetadataType! name: String! label: String! description: String icon: String isActive: Boolean
  isSystem: Boolean isUIEditable: Boolean isUIReadOnly: Boolean isNullable: Boolean isUnique: Boolean defaultValue: JSON
  options: JSON settings: JSON objectMetadataId: UUID! isLabelSyncedWithName: Boolean isRemoteCreation: Boolean
  relationCreationPayload: JSON morphRelationsCreationPayload: [JSON!]
}
input CreateOneFieldMetadataInput { field: CreateFieldInput! }
input UpdateFieldInput {
  universalIdentifier: String name: String label: String description: String icon: String isActive: Boolean
  isSystem: Boolean isUIEditable: Boolean isUIReadOnly: Boolean isNullable: Boolean isUnique: Boolean defaultValue: JSON
  options: JSON settings: JSON objectMetadataId: UUID isLabelSyncedWithName: Boolean
}
input UpdateOneFieldMetadataInput { id: UUID! update: UpdateFieldInput! }
input DeleteOneFieldInput { id: UUID! }
input CreateWebhookInput { id: UUID targetUrl: String! operations: [String!]! description: String secret: String }
input UpdateWebhookInputUpdates { targetUrl: String operations: [String!] description: String secret: String }
input UpdateWebhookInput { id: UUID! update: UpdateWebhookInputUpdates! }

type Query {
  objects(paging: CursorPaging! = {first: 10}, filter: ObjectFilter! = {}): ObjectConnection!
  object(id: UUID!): Object!
  fields(paging: CursorPaging! = {first: 10}, filter: FieldFilter! = {}): FieldConnection!
  field(id: UUID!): Field!
  webhooks: [Webhook!]!
  webhook(id: UUID!): Webhook
  apiKeys: [ApiKey!]!
  getRoles: [Role!]!
  currentWorkspace: Workspace!
  currentUser: User!
}
type Mutation {
  createOneObject(input: CreateOneObjectInput!): Object!
  deleteOneObject(input: DeleteOneObjectInput!): Object!
  createOneField(input: CreateOneFieldMetadataInput!): Field!
  updateOneField(input: UpdateOneFieldMetadataInput!): Field!
  deleteOneField(input: DeleteOneFieldInput!): Field!
  createWebhook(input: CreateWebhookInput!): Webhook!
  updateWebhook(input: UpdateWebhookInput!): Webhook!
  deleteWebhook(id: UUID!): Webhook!
  createFileUpload(
    filename: String! size: Float! fileFolder: FileFolder! fieldMetadataId: String fieldMetadataUniversalIdentifier: String
  ): FileUploadTarget!
  completeFileUpload(fileId: String!): FileWithSignedUrl!
}
`;

export const metadataSchema: GraphQLSchema = buildSchema(SDL);
