import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { originFor } from "../../../cli/init/origin.ts";
import { temporaryDirectory } from "../../support/config.ts";

/** A project that has the program in its node_modules, as npm notes it. */
function installed(note?: object): { dir: string; program: string } {
	const dir = temporaryDirectory();
	const program = join(dir, "node_modules/counter-gen");
	mkdirSync(program, { recursive: true });
	if (note)
		writeFileSync(
			join(dir, "node_modules/.package-lock.json"),
			JSON.stringify({ packages: { "node_modules/counter-gen": note } }),
		);
	return { dir, program };
}

describe("what a new project depends on", () => {
	test("is the clone, if the program runs from one", () => {
		const dir = temporaryDirectory();
		const clone = join(dir, "src/counter-gen");
		mkdirSync(clone, { recursive: true });
		expect(originFor(join(dir, "a/new"), "1.0.0", clone)).toBe(
			"file:../../src/counter-gen",
		);
	});

	test("is the tarball that the program was installed from", () => {
		const { dir, program } = installed({
			version: "1.0.0",
			resolved: "file:../packed/counter-gen-1.0.0.tgz",
		});
		expect(originFor(join(dir, "new"), "1.0.0", program)).toBe(
			"file:../../packed/counter-gen-1.0.0.tgz",
		);
	});

	test.for([
		[{ version: "1.0.0" }],
		[{ resolved: "https://registry.example/counter-gen-1.0.0.tgz" }],
		[undefined],
	])("is the version, if npm notes %j", ([note]) => {
		const { dir, program } = installed(note);
		expect(originFor(dir, "1.0.0", program)).toBe("1.0.0");
	});

	test("is reached from where a link to the folder leads", () => {
		const dir = temporaryDirectory();
		mkdirSync(join(dir, "far/away"), { recursive: true });
		mkdirSync(join(dir, "clone"));
		symlinkSync(join(dir, "far/away"), join(dir, "near"));
		expect(originFor(join(dir, "near/new"), "1.0.0", join(dir, "clone"))).toBe(
			"file:../../../clone",
		);
	});
});
