type Network = EventTarget & { readonly type?: string };

/** Missing in Firefox, Safari and TypeScript's library. */
const network = (): Network | undefined => (navigator as Navigator & { readonly connection?: Network }).connection;

/** wifi, cellular, ethernet, …; '': unknown. */
export function networkType(): string {
  const type = network()?.type ?? '';
  return type === 'unknown' ? '' : type;
}

/** Calls `changed` with each new type until `signal` is aborted. Browsers also fire `change` for estimates. */
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
