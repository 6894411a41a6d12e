export {
  type Answer,
  type Call,
  type ClientOptions,
  createClient,
  type Init,
  MeridianClient,
  type Paths,
} from './client.ts';
export { type ErrorFacts, type FieldError, MeridianApiError } from './error.ts';
export type { components, operations, paths, webhooks } from './generated/openapi.ts';
export { type ApiKey, createJoinToken, type JoinTokenOptions, type RoomGrants, type Scope } from './tokens.ts';
export { type ReceivedWebhook, signWebhook, verifyWebhook, type WebhookEvent } from './webhook.ts';
