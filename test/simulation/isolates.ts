import type { KvMemory } from "../../templates/runtime/kv/memory.ts";
import type { Runtime } from "./runtime.ts";

/** A Worker's process, in one of the places where KV is read. */
export interface Isolate {
	/** Also of its clock. */
	readonly name: string;
	/** 0 is where the objects live, which sees what they put at once. */
	readonly place: number;
	readonly memory: KvMemory;
}

/**
 * Isolates in several places.
 *
 * @param elsewhere places besides the one where the objects live
 * @param each isolates in each of them
 * @param now the time by an isolate's clock; milliseconds since 1970
 */
export function makeIsolates(
	runtime: Runtime,
	elsewhere: number,
	each: number,
	now: (name: string) => number,
): [Isolate, ...Isolate[]] {
	const make = (n: number): Isolate => {
		const name = `isolate${n}`;
		const place = Math.floor(n / each);
		return { name, place, memory: new runtime.KvMemory(() => now(name)) };
	};
	const others = Array.from({ length: (elsewhere + 1) * each - 1 }, (_, n) =>
		make(n + 1),
	);
	return [make(0), ...others];
}
