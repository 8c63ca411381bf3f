import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTemplates } from "../../../cli/generator/templates.ts";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

/** A folder whose configuration names where the runtime comes from. */
class Place {
	readonly cwd: string = temporaryDirectory();

	/** Generates, and returns the files that were written and removed. */
	async generate(
		runtime: string,
		rest = "",
	): Promise<{ written: string[]; removed: string[] }> {
		writeFileSync(
			join(this.cwd, "counters.yaml"),
			`version: 1\nworker: { runtime: ${runtime} }\nnamespaces: { votes: {} }\n${rest}`,
		);
		const { status, stdout, stderr } = await runCli(["generate", "--json"], {
			cwd: this.cwd,
		});
		expect({ status, stderr }).toMatchObject({ status: 0 });
		return JSON.parse(stdout);
	}

	read(path: string): string {
		return readFileSync(join(this.cwd, "generated", path), "utf8");
	}

	/** TypeScript of the output folder. */
	sources(): string[] {
		return readdirSync(join(this.cwd, "generated"), {
			recursive: true,
			encoding: "utf8",
		}).filter((path) => path.endsWith(".ts"));
	}
}

const copies = [...readTemplates().runtime.keys()].map(
	(path) => `src/runtime/${path}`,
);

test("the smallest file becomes a Worker of fewer than 100 lines, and with its client fewer than 500", async () => {
	const place = new Place();
	await place.generate("package");
	const sources = place.sources();
	expect(sources.toSorted()).toEqual([
		"src/client.ts",
		"src/counters.ts",
		"src/index.ts",
	]);
	const lines = (path: string) => place.read(path).trimEnd().split("\n").length;
	const worker = lines("src/counters.ts") + lines("src/index.ts");
	expect(worker).toBeLessThan(100);
	expect(worker + lines("src/client.ts")).toBeLessThan(500);
	expect(place.read("src/counters.ts")).toContain('from "counter-gen/runtime"');
});

test("one run switches to a copy of the runtime, and back", async () => {
	const place = new Place();
	await place.generate("package");
	const before = place.read("src/counters.ts");

	const copied = await place.generate("copied");
	expect(copied.written.toSorted()).toEqual(
		[...copies, "src/counters.ts", "src/index.ts"].toSorted(),
	);
	expect(place.read("src/counters.ts")).toContain('from "./runtime/counter"');

	const back = await place.generate("package");
	expect(back.removed.toSorted()).toEqual(copies.toSorted());
	expect(place.read("src/counters.ts")).toBe(before);
	expect(place.sources()).toHaveLength(3);
});

test("an environment may have a copy where the rest has the package", async () => {
	const place = new Place();
	const rest = "environments: { staging: { worker: { runtime: copied } } }\n";
	const { written } = await place.generate("package", rest);
	expect(written).toEqual(expect.arrayContaining(copies));
	expect(place.read("src/counters.ts")).toContain('from "counter-gen/runtime"');
	expect(place.read("src/environments/staging/counters.ts")).toContain(
		'from "../../runtime/counter"',
	);
});

test("generated code imports nothing by the ending of TypeScript", async () => {
	const place = new Place();
	await place.generate("copied");
	for (const path of place.sources())
		expect([path, place.read(path).match(/ from ".*\.ts"/)]).toEqual([
			path,
			null,
		]);
});
