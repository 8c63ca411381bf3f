import { afterAll, beforeAll } from "vitest";

/** Registers `end`, to be called once nobody needs the thing any more. */
export type Until = (end: () => void | Promise<void>) => void;

/**
 * Starts something once for all tests of a file or of a `describe`, and ends it
 * after the last of them.
 *
 * @returns a function for tests to get it with
 */
export function shared<Thing>(
	start: (until: Until) => Promise<Thing>,
): () => Thing {
	let thing: Thing;
	const ends: (() => void | Promise<void>)[] = [];
	beforeAll(async () => {
		thing = await start((end) => ends.push(end));
	});
	afterAll(async () => {
		for (const end of ends.reverse()) await end();
	});
	return () => thing;
}
