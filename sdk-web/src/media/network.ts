type Network = EventTarget & { readonly type?: string };

/** Returns the Network Information API, which Firefox, Safari and TypeScript's library lack. */
const network = (): Network | undefined => (navigator as Navigator & { readonly connection?: Network }).connection;

/** Returns 'wifi', 'cellular', 'ethernet', …; '' when unknown. */
export function networkType(): string {
  const type = network()?.type ?? '';
  return type === 'unknown' ? '' : type;
}

/** Calls `changed` with each new type until `signal` is aborted. Ignores changes of the API's other values. */
export function watchNetwork(changed: (type: string) => void, signal: AbortSignal): void {
  let previousType = networkType();
  const onChange = (): void => {
    const type = networkType();
    if (type === previousType) return;
    previousType = type;
    if (type !== '') changed(type);
  };
  network()?.addEventListener('change', onChange, { signal });
}
