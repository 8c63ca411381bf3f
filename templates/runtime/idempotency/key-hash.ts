/**
 * Hashes a key to two numbers of 32 bits, by cyrb53, which is in the public
 * domain: https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js
 *
 * Not the hash that picks the key's shard: among the keys of one shard, its
 * remainders are all the same.
 */
export function hashOf(key: string): [number, number] {
	let one = 0xdeadbeef;
	let two = 0x41c6ce57;
	for (let n = 0; n < key.length; n++) {
		const code = key.charCodeAt(n);
		one = Math.imul(one ^ code, 2_654_435_761);
		two = Math.imul(two ^ code, 1_597_334_677);
	}
	one =
		Math.imul(one ^ (one >>> 16), 2_246_822_507) ^
		Math.imul(two ^ (two >>> 13), 3_266_489_909);
	two =
		Math.imul(two ^ (two >>> 16), 2_246_822_507) ^
		Math.imul(one ^ (one >>> 13), 3_266_489_909);
	return [one >>> 0, two >>> 0];
}
