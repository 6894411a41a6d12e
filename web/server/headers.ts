// Headers of every answer, and how long a browser may keep a file.

/**
 * The page's content security policy: its own files, connections to the signaling hosts and gateways that the operator
 * named, and media of these gateways. `frameAncestors`: pages that may show it in a frame.
 */
export function contentSecurityPolicy(
  connectUrls: readonly string[],
  gatewayUrls: readonly string[],
  frameAncestors: readonly string[] = [],
): string {
  const hosts = [...connectUrls, ...gatewayUrls].flatMap((text) => {
    const { origin } = new URL(text);
    return [origin, origin.replace(/^http/, 'ws')];
  });
  return [
    "default-src 'none'",
    // WebAssembly of the effects (background, noise), from this server; it lets no text become a script.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["media-src 'self' blob:", ...gatewayUrls.map((text) => new URL(text).origin)].join(' '),
    "worker-src 'self' blob:",
    `connect-src 'self' ${[...new Set(hosts)].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.map((text) => new URL(text).origin).join(' ')}`,
  ].join('; ');
}

/** Headers that every answer carries. */
export function securityHeaders(
  connectUrls: readonly string[],
  gatewayUrls: readonly string[],
): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(connectUrls, gatewayUrls),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)',
    'referrer-policy': 'no-referrer', // a room's name stands in the address
    'x-content-type-options': 'nosniff',
  };
}

/**
 * Files under assets/ have a hash of their contents in their name and never change; the rest is asked for anew each
 * time.
 */
export function cacheControlOf(path: string): string {
  return /[\\/]assets[\\/][^\\/]+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
