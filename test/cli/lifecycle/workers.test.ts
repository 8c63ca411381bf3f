import { expect, it } from "vitest";
import type { LoadedConfig } from "../../../cli/config/load.ts";
import type { Pasts } from "../../../cli/lifecycle/history.ts";
import { workersOf } from "../../../cli/lifecycle/workers.ts";
import { loadContent } from "../../support/config.ts";

/** Generates, one after the other, what was saved while dev ran. */
async function saved(since: Pasts, ...files: string[]): Promise<Pasts> {
	let pasts = since;
	for (const file of files) {
		const loaded: LoadedConfig = {
			config: await loadContent(`version: 1\n${file}`),
			environments: new Map(),
			warnings: async () => [],
			placeOf: () => ({ file: "counters.yaml" }),
		};
		pasts = workersOf(loaded, pasts, since).pasts;
	}
	return pasts;
}

/** The past that dev finds. */
function before(): Promise<Pasts> {
	return saved(
		{ namespaces: {} },
		"namespaces: { votes: { shardCount: 8, kvPrefix: old } }",
		"namespaces: { votes: {} }",
	);
}

it("a rename that is undone while dev runs leaves the past as it was", async () => {
	expect(
		await saved(
			await before(),
			"namespaces: { polls: { renamedFrom: votes } }",
			"namespaces: { votes: {} }",
		),
	).toEqual(await before());
});

it("a new key that is typed in two steps takes the past along", async () => {
	const { namespaces } = await saved(
		await before(),
		"namespaces: { pol: { renamedFrom: votes } }",
		"namespaces: { polls: { renamedFrom: votes } }",
	);
	expect(namespaces).toMatchObject({
		polls: { shardCounts: [8, 2], earlierKvPrefixes: ["votes", "old"] },
	});
	expect(Object.keys(namespaces)).toEqual(["polls"]);
});

it("a namespace that is added and renamed while dev runs is only new", async () => {
	const { namespaces } = await saved(
		await before(),
		"namespaces: { votes: {}, a: {} }",
		"namespaces: { votes: {}, b: { renamedFrom: a } }",
	);
	expect(Object.keys(namespaces)).toEqual(["votes", "b"]);
});
