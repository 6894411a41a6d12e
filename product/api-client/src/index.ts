export { type Answer, type Call, type CallOptions, type Init, MeridianClient, type Paths } from './client.ts';
export { type ClientOptions, createClient } from './create-client.ts';
export { type Choice, type ErrorFacts, type FieldError, MeridianApiError } from './error.ts';
export type { components, operations, paths, webhooks } from './generated/openapi.ts';
export { type ApiKey, createJoinToken, type JoinTokenOptions, type RoomGrants, type Scope } from './tokens.ts';
export { type ReceivedWebhook, signWebhook, verifyWebhook, type WebhookEvent } from './webhook.ts';
