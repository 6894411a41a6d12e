// Which shared libraries of the worker come along.

/** What every Debian has, from the first package on: Node needs these too. */
const everywhere = /^(linux-vdso|ld-linux-.*|libc|libm|libdl|libpthread|librt|libstdc\+\+|libgcc_s)\.so/;

/**
 * OpenSSL stays the system's: it is the one library here with faults that attackers use from outside, and the system
 * replaces it within hours of a mend. No host is offline for that: systemd itself needs it.
 */
const ofTheSystem = /^lib(ssl|crypto)\.so\.3$/;

export interface Libraries {
  /** Files that come along, by the name under which the worker looks for them. */
  readonly carried: readonly { readonly name: string; readonly file: string }[];
  /** Whether the worker needs the system's OpenSSL 3. */
  readonly needsOpenssl: boolean;
}

/** What `ldd` says of the worker. Throws when a library is missing here, or `ldd` says something unknown. */
export function librariesOf(lddOutput: string): Libraries {
  const carried: { name: string; file: string }[] = [];
  let needsOpenssl = false;
  for (const line of lddOutput.split('\n').map((text) => text.trim())) {
    if (line === '' || line === 'statically linked') continue;
    const [first = ''] = line.split(' ');
    const name = first.slice(first.lastIndexOf('/') + 1);
    if (everywhere.test(name)) continue;
    if (ofTheSystem.test(name)) {
      needsOpenssl = true;
      continue;
    }
    const file = /^\S+ => (\/\S+) \(0x/.exec(line)?.[1];
    if (file === undefined) throw new Error(`the worker's library is not here: ${line}`);
    carried.push({ name, file });
  }
  return { carried: carried.sort((a, b) => (a.name < b.name ? -1 : 1)), needsOpenssl };
}
