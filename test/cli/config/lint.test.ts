import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../../cli/config/load.ts";
import { temporaryDirectory } from "../../support/config.ts";

/** Collects the advice for a file of these namespaces, by code. */
async function advice(namespaces: object): Promise<Record<string, string>> {
	const cwd = temporaryDirectory();
	const text = JSON.stringify({ version: 1, namespaces });
	writeFileSync(join(cwd, "counters.yaml"), text);
	const loaded = await loadConfig("counters.yaml", { cwd, env: {} });
	const warnings = await loaded.warnings();
	return Object.fromEntries(warnings.map(({ code, fix = "" }) => [code, fix]));
}

/** The bound that an advice names for a key. */
function bound(fix: string | undefined, key: string): number {
	const found = new RegExp(`\`${key}\` to at (?:least|most) ([\\d,]+)`).exec(
		fix ?? "",
	);
	return Number(found?.[1]?.replaceAll(",", ""));
}

test.each([
	{ shardCount: 33 },
	{ shardCount: 100 },
	{ shardCount: 4096 },
	{ shardCount: 12, shardMinRequestToGlobal: 3 },
	{ shardCount: 12, shardWriteToGlobalAfter: 10 },
	{ shardCount: 9, shardWriteToGlobalAfter: 10, shardMinRequestToGlobal: 2 },
])("what is advised against %j is just enough", async (before) => {
	const overload = async (changed: object) =>
		(await advice({ busy: { ...before, ...changed } }))["global-overload"];
	const fix = await overload({});
	const enough = {
		shardMinRequestToGlobal: bound(fix, "shardMinRequestToGlobal"),
		shardWriteToGlobalAfter: bound(fix, "shardWriteToGlobalAfter"),
	};
	const named = Object.entries(enough).filter(([, value]) => value > 0);
	expect(named).not.toEqual([]);
	expect(await overload(Object.fromEntries(named))).toBe(undefined);
	for (const [key, value] of named)
		expect(
			await overload({ ...Object.fromEntries(named), [key]: value - 1 }),
		).toContain(key);

	const shardCount = bound(fix, "shardCount");
	if (!shardCount) return;
	expect(await overload({ shardCount })).toBe(undefined);
	expect(await overload({ shardCount: shardCount + 1 })).toBeDefined();
});

test.each([1, 2, 7])(
	"%i namespaces can make a day's writes last",
	async (n) => {
		const all = (globalWriteToKVAfter: number) =>
			Object.fromEntries(
				Array.from({ length: n }, (_, at) => [
					`n${at}`,
					{ globalWriteToKVAfter, shardWriteToGlobalAfter: 500 },
				]),
			);
		const fix = (await advice(all(1000)))["kv-free-tier"];
		const seconds = bound(fix, "globalWriteToKVAfter");
		expect((n * 86_400) / seconds).toBeLessThanOrEqual(1000);
		expect((n * 86_400) / (seconds - 1)).toBeGreaterThan(1000);
		expect(await advice(all(seconds * 1000))).toEqual({});
	},
);
