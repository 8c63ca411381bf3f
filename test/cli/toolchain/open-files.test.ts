import { describe, expect, it } from "vitest";
import { openFilesWarning } from "../../../cli/toolchain/open-files.ts";
import { loadContent } from "../../support/config.ts";

/** A Worker with a namespace `a` of two shards, that had so many before. */
async function workerOf(...shardCounts: number[]) {
	const config = await loadContent("version: 1\nnamespaces: { a: {} }\n");
	const histories = Object.fromEntries(
		config.namespaces.map((one) => [
			one.key,
			{ ...one, shardCounts, reshardings: 0 },
		]),
	);
	return { config, histories };
}

describe("the limit of open files", () => {
	it("is enough for three a live object, and what workerd needs besides", async () => {
		const worker = await workerOf(2);
		// Two shards, a global object, KV; two classes; workerd and connections.
		const files = 4 * 3 + 2 * 5 + 64;
		expect(openFilesWarning(worker, files)).toBeUndefined();
		expect(openFilesWarning(worker, files - 1)).toMatchObject({
			code: "few-open-files",
			what: `workerd may open ${files - 1} files, and 3 objects can need ${files}`,
			fix: expect.stringContaining(`ulimit -n ${files}`),
		});
	});

	it("counts shards that were retired: they hold counts until they flush", async () => {
		expect(openFilesWarning(await workerOf(2), 500)).toBeUndefined();
		expect(openFilesWarning(await workerOf(200, 2), 500)).toMatchObject({
			what: expect.stringContaining("201 objects"),
		});
	});
});
