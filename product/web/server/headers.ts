// Headers of every answer, and how long a browser may keep a file.

/** What the page may connect to besides its own server. */
export interface Admitted {
  /** Signaling hosts. */
  readonly connectUrls: readonly string[];
  readonly gatewayUrls: readonly string[];
  /** Origins of caches of HLS and of the library. */
  readonly edgeUrls: readonly string[];
  /** Recorders: files of recordings, with small pictures of them. */
  readonly recorderUrls: readonly string[];
  /** Library nodes: uploads to them, files of items and their covers from them. */
  readonly libraryUrls: readonly string[];
  /** `media.example.org`: all hosts below it, by https and wss, as any of these. */
  readonly connectDomains: readonly string[];
}

/**
 * The page's content security policy: its own files, connections to the signaling hosts and gateways that the operator
 * named, media of these gateways, files of recorders and library nodes, and both from edges. `frameAncestors`: pages
 * that may show it in a frame.
 */
export function contentSecurityPolicy(admitted: Admitted, frameAncestors: readonly string[] = []): string {
  const domains = admitted.connectDomains.map((domain) => `https://*.${domain}`);
  const gateways = [...admitted.gatewayUrls.map((text) => new URL(text).origin), ...domains];
  const keepers = [...admitted.recorderUrls, ...admitted.libraryUrls].map((text) => new URL(text).origin);
  const files = [...new Set([...keepers, ...domains])];
  const { edgeUrls } = admitted;
  const signaling = admitted.connectUrls.map((text) => new URL(text).origin);
  const hosts = [...signaling, ...gateways].flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  return [
    "default-src 'none'",
    // WebAssembly of the effects (background, noise), from this server; it lets no text become a script.
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

/** Headers that every answer carries. */
export function securityHeaders(admitted: Admitted): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(admitted),
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
