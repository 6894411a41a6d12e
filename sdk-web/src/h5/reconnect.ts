/** Returns the URL for another attempt; that of another gateway when the last one drains or is gone. */
export type RenewUrl = () => Promise<string>;

/**
 * Connects to a renewed URL, or calls `failed` when `renewUrl` rejects. Returns a function that aborts; afterwards
 * neither is called.
 */
export function reconnect(o: {
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
