/** Names the URL of another attempt: of another gateway when the present one drains or is gone. */
export type RenewUrl = () => Promise<string>;

/**
 * Asks where to connect, and does. Failed: the function that names the URL rejects, or names none. Returns how to give
 * up, after which nothing is called.
 */
export function connectAgain(o: {
  readonly url: string;
  readonly renewUrl: RenewUrl | undefined;
  connect(url: string): void;
  failed(): void;
}): () => void {
  let isGivenUp = false;
  const renewed = async (): Promise<string> => (await o.renewUrl?.()) ?? o.url;
  renewed()
    .then((url) => {
      if (!isGivenUp) o.connect(url);
    })
    .catch(() => {
      if (!isGivenUp) o.failed();
    });
  return () => {
    isGivenUp = true;
  };
}
