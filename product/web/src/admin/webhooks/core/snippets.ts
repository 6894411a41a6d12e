// Sample code of a receiver's signature check, to copy. It omits the secret, since others may read the code.

export const snippets = [
  {
    language: 'Node.js',
    code: `import { verifyWebhook } from '@meridian/api-client';

// body: as it came, not parsed
const event = verifyWebhook({
  secret: process.env.MERIDIAN_WEBHOOK_SECRET,
  headers: request.headers,
  body,
}); // throws WEBHOOK_INVALID: answer 400`,
  },
  {
    language: 'Python',
    code: `from standardwebhooks import Webhook

# body: as it came, not parsed
event = Webhook(os.environ["MERIDIAN_WEBHOOK_SECRET"]).verify(
    body, dict(request.headers)
)  # raises WebhookVerificationError: answer 400`,
  },
] as const;
