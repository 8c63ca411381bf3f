/** Picks the shard that a key belongs to while there are `shardCount` of them. */
export function homeOf(key: string, shardCount: number): number {
	// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
	let hash = 0x811c9dc5;
	for (let n = 0; n < key.length; n++)
		hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
	return (hash >>> 0) % shardCount;
}
