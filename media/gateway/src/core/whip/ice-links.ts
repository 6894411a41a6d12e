// TURN servers in the answer to an offer: Link headers, one for each address (RFC 9725, 4.6).

interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/**
 * Values of Link. Nothing is quoted: an address that the configuration takes, the numbers and ids of a user name and
 * base64 have none of the characters that would need it.
 */
export function iceLinks(servers: readonly IceServer[]): string[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.map(
      (url) =>
        `<${url}>; rel="ice-server"; username="${username}"; credential="${credential}"; credential-type="password"`,
    ),
  );
}
