import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { Project, root } from "../support/project.ts";

const run = promisify(execFile);
const bench = (...args: string[]) =>
	run(process.execPath, [
		join(root, "test/bench/cli.ts"),
		"--rounds=1",
		"--many=3",
		...args,
	]);

describe("npm run bench:cli", () => {
	it("times generate, compares it with Node itself, and prints and writes both", async () => {
		const project = await Project.create({ packages: false });
		const file = project.path("bench.json");
		const bin = join(root, "cli/bin.ts");
		const { stdout } = await bench(`--bin=${bin}`, `--json=${file}`);
		const { rounds, figures, ratios } = JSON.parse(
			await readFile(file, "utf8"),
		);
		expect(rounds).toBe(1);
		expect(ratios).toHaveLength(4);
		for (const { name, ms } of figures) {
			expect(stdout).toContain(name);
			expect(ms.median).toBeGreaterThan(0);
		}
		for (const { name, times } of ratios) {
			expect(stdout).toContain(name);
			expect(times.median).toBeGreaterThan(0);
		}
	});

	it("takes no time of a program that writes something else", async () => {
		const project = await Project.create({ packages: false });
		const other = `
			import { appendFileSync } from "node:fs";
			process.on("exit", () => appendFileSync("generated/README.md", " "));
			await import(${JSON.stringify(join(root, "cli/bin.ts"))});
		`;
		await writeFile(project.path("other.js"), other);
		await writeFile(project.path("package.json"), '{ "type": "module" }');
		const failed = bench(`--bin=${project.path("other.js")}`);
		await expect(failed).rejects.toThrow("generated/README.md");
	});
});
