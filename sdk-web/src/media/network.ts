// What the browser says of the network of its machine.
type Network = EventTarget & { readonly type?: string };

/** Firefox and Safari have none; TypeScript's library lacks it. */
const network = (): Network | undefined => (navigator as Navigator & { readonly connection?: Network }).connection;

/** wifi, cellular, ethernet, …; '': not known. */
export function networkType(): string {
  const type = network()?.type ?? '';
  return type === 'unknown' ? '' : type;
}

/** Calls with each type that is another one, until `signal` is aborted. Browsers say `change` of estimates too. */
export function watchNetwork(changed: (type: string) => void, signal: AbortSignal): void {
  let known = networkType();
  const look = (): void => {
    const type = networkType();
    if (type === known) return;
    known = type;
    if (type !== '') changed(type);
  };
  network()?.addEventListener('change', look, { signal });
}
