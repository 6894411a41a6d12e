/** Origins that the page may use besides its own server. */
export interface Admitted {
  readonly connectUrls: readonly string[];
  readonly gatewayUrls: readonly string[];
  /** Origins of edges, which cache HLS and library files. */
  readonly edgeUrls: readonly string[];
  /** Library nodes, for uploads, files and covers. */
  readonly libraryUrls: readonly string[];
  /** `media.example.org`: all hosts below it, over https and wss, for any of these uses. */
  readonly connectDomains: readonly string[];
}

/**
 * Returns the content security policy: own files; connections to configured signaling hosts and gateways; media of
 * gateways; files of library nodes; both from edges. `frameAncestors`: pages that may embed the page.
 */
export function contentSecurityPolicy(admitted: Admitted, frameAncestors: readonly string[] = []): string {
  const domains = admitted.connectDomains.map((domain) => `https://*.${domain}`);
  const gateways = [...admitted.gatewayUrls.map((text) => new URL(text).origin), ...domains];
  const files = [...new Set([...admitted.libraryUrls.map((text) => new URL(text).origin), ...domains])];
  const { edgeUrls } = admitted;
  const signaling = admitted.connectUrls.map((text) => new URL(text).origin);
  const hosts = [...signaling, ...gateways].flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  return [
    "default-src 'none'",
    // WebAssembly of the effects (background, noise), from this server; it turns no text into a script.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    ["img-src 'self' data: blob:", ...new Set([...edgeUrls, ...files])].join(' '),
    "font-src 'self'",
    ["media-src 'self' blob:", ...new Set([...gateways, ...edgeUrls, ...files])].join(' '),
    "worker-src 'self' blob:",
    `connect-src 'self' ${[...new Set([...hosts, ...edgeUrls, ...files])].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.map((text) => new URL(text).origin).join(' ')}`,
  ].join('; ');
}

export function securityHeaders(admitted: Admitted): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(admitted),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)',
    'referrer-policy': 'no-referrer', // the URL contains the room's name
    'x-content-type-options': 'nosniff',
  };
}

/** Files under assets/ have a content hash in their name and never change; others are revalidated each time. */
export function cacheControlOf(path: string): string {
  return /[\\/]assets[\\/][^\\/]+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
