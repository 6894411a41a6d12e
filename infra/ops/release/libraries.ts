// Selects the shared libraries that the release carries for the worker.

/** Libraries of every Debian from the base installation on; Node needs them too. */
const everywhere = /^(linux-vdso|ld-linux-.*|libc|libm|libdl|libpthread|librt|libstdc\+\+|libgcc_s)\.so/;

/**
 * OpenSSL stays the system's: it is the one library here with remotely exploitable faults, and the system updates it
 * within hours of a fix. Every host has it, since systemd needs it.
 */
const ofTheSystem = /^lib(ssl|crypto)\.so\.3$/;

export interface Libraries {
  /** Carried files, by the name under which the worker loads them. */
  readonly carried: readonly { readonly name: string; readonly file: string }[];
  readonly needsOpenssl: boolean;
}

/** Parses the output of `ldd` for the worker. Throws when a library is missing, or for an unknown line. */
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
