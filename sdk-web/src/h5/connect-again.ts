/** Returns the URL for another attempt: another gateway's when the present one drains or is gone. */
export type RenewUrl = () => Promise<string>;

/** Fails when the function rejects or returns no URL. Returns a function that aborts, after which nothing is called. */
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
