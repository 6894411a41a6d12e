// TURN servers of a WHIP answer as Link headers, one per address (RFC 9725, 4.6).

interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/**
 * Returns values of Link. Nothing is quoted: configured addresses, numeric user names and base64 contain no character
 * that would need it.
 */
export function iceLinks(servers: readonly IceServer[]): string[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.map(
      (url) =>
        `<${url}>; rel="ice-server"; username="${username}"; credential="${credential}"; credential-type="password"`,
    ),
  );
}
