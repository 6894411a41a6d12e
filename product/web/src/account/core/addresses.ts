// Finds mail addresses in typed or pasted text.

const EMAIL = /^[^\s@<>(),;:"\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,186}[A-Za-z0-9])?$/;

/** Returns the address, typed alone or pasted with a name (Ann <ann@example.org>); undefined if there is none. */
export function addressIn(text: string): string | undefined {
  const address = (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim();
  return EMAIL.test(address) ? address : undefined;
}

export function addressesIn(text: string): { readonly addresses: readonly string[]; readonly rest: string } {
  const parts = text
    .split(/[,;\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const addresses = parts.map((part) => addressIn(part));
  return {
    addresses: addresses.filter((one) => one !== undefined),
    rest: parts
      .filter((_, at) => addresses[at] === undefined)
      .join(', ')
      .trim(),
  };
}
