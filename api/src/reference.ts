// The reference page of the api, made from its OpenAPI file. It is served whole from here: the page loads nothing from
// any other host, and its content security policy would not let it.
import { createHash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { BASE } from './http/routes.ts';

export const REFERENCE = `${BASE}/reference`;
const SCRIPT_KEPT_S = 3600;

/** What Scalar would ask its makers' servers for is off: fonts, telemetry, its assistant, its proxy, its client. */
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
} as const;

/** Serves the page at `REFERENCE`. */
export async function addReference(app: FastifyInstance): Promise<void> {
  await app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply, payload) => {
      const type = String(reply.getHeader('content-type') ?? '');
      if (type.startsWith('application/javascript')) reply.header('cache-control', `public, max-age=${SCRIPT_KEPT_S}`);
      if (type.startsWith('text/html')) reply.header('content-security-policy', policyOf(String(payload)));
      return payload;
    });
    await pages.register(scalar, { routePrefix: REFERENCE, configuration });
  });
}

/** Lets the page's own inline scripts run, named by their digests, and nothing come from or go elsewhere. */
function policyOf(html: string): string {
  const digests = [...html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${digests.join(' ')}`,
    // It styles itself while it runs.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
