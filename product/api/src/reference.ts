// Serves the reference page, which is made from the OpenAPI file and loads nothing from other hosts.
import { createHash } from 'node:crypto';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { BASE } from './http/routes.ts';

export const REFERENCE = `${BASE}/reference`;
const SCRIPT_KEPT_S = 3600;

/**
 * Switches off every feature for which Scalar would contact its makers' servers. Scopes (`rooms:create`) are not broken
 * in the middle of a word.
 */
const configuration = {
  url: `${BASE}/openapi.json`,
  pageTitle: 'Meridian API',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  proxyUrl: '',
  customCss: '.markdown table code { white-space: nowrap; word-break: normal; }',
} as const;

/** Serves the page at `REFERENCE`. The pages are built at the first request, since the script has 5 MB. */
export function addReference(app: FastifyInstance): void {
  let made: Promise<FastifyInstance> | undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    made ??= makePages();
    const { statusCode, headers, rawPayload } = await (await made).inject({
      url: request.url,
      headers: request.headers,
    });
    return reply.status(statusCode).headers(headers).send(rawPayload);
  };
  for (const url of [REFERENCE, `${REFERENCE}/*`]) app.get(url, { schema: { hide: true } }, answer);
}

async function makePages(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const pages = fastify();
  pages.addHook('onSend', async (_request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '');
    if (type.startsWith('application/javascript')) reply.header('cache-control', `public, max-age=${SCRIPT_KEPT_S}`);
    if (type.startsWith('text/html')) reply.header('content-security-policy', policyOf(String(payload)));
    return payload;
  });
  await pages.register(scalar, { routePrefix: REFERENCE, configuration });
  return pages;
}

/**
 * Returns a content security policy that allows only the page's own inline scripts, by their digests, and no other
 * host.
 */
function policyOf(html: string): string {
  const digests = [...html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${digests.join(' ')}`,
    // Scalar sets inline styles at run time.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
