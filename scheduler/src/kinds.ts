/** Kinds of nodes that may enrol and register. The centre's own kind is not among them: nobody else can be it. */
export const registeringKinds: readonly string[] = ['sfu', 'signaling', 'edge-probe'];
