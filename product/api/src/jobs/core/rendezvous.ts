// Rendezvous hashing: a lane belongs to the node with the largest weight, so a node that comes or goes moves only its
// own lanes.

/** Returns the same node at all instances that know the same nodes. */
export function nodeFor(lane: string, nodes: Iterable<string>): string | undefined {
  let best: string | undefined;
  let highestWeight = -1;
  for (const node of nodes) {
    const weight = weightOf(`${node}\n${lane}`);
    if (weight > highestWeight || (weight === highestWeight && best !== undefined && node < best))
      [best, highestWeight] = [node, weight];
  }
  return best;
}

/**
 * Mixes FNV-1a, so that names which differ in the last letter are far apart. Names chosen on purpose could unbalance
 * it.
 */
function weightOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
