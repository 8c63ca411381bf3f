import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../../cli/config/load.ts";
import {
	loadContent,
	problemsOf,
	temporaryDirectory,
} from "../../support/config.ts";

const good = "version: 1\nnamespaces:\n  visits:\n    shardCount: 3\n";

test("a file is found from the current directory, or by its full path", async () => {
	const cwd = temporaryDirectory();
	mkdirSync(join(cwd, "sub"));
	writeFileSync(join(cwd, "sub/c.yaml"), good);
	const near = await loadConfig("sub/c.yaml", { cwd, env: {} });
	const far = await loadConfig(join(cwd, "sub/c.yaml"), { cwd: "/", env: {} });
	expect(near.config.namespaces[0]?.shardCount).toBe(3);
	expect(far.config).toEqual(near.config);
});

test("a file that does not exist is named as it was typed, with a start", async () => {
	const cwd = temporaryDirectory();
	const missing = loadConfig("../x/c.yaml", { cwd, env: {} });
	expect(await problemsOf(missing)).toEqual([
		{
			code: "file-not-found",
			what: "there is no file ../x/c.yaml",
			fix: expect.stringContaining("    version: 1\n    namespaces:"),
			where: { file: "../x/c.yaml" },
		},
	]);
});

test("a file below a file does not exist", async () => {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "c.yaml"), good);
	const below = loadConfig("c.yaml/c.yaml", { cwd, env: {} });
	expect(await problemsOf(below)).toMatchObject([{ code: "file-not-found" }]);
});

test("a directory is not read", async () => {
	const found = loadConfig(".", { cwd: temporaryDirectory(), env: {} });
	expect(await problemsOf(found)).toMatchObject([
		{ code: "not-a-file", what: ". is a directory" },
	]);
});

test("what is no regular file is not read", async () => {
	const device = loadConfig("/dev/null", { cwd: "/", env: {} });
	expect(await problemsOf(device)).toMatchObject([
		{ code: "not-a-file", what: "/dev/null is not a regular file" },
	]);
});

test("a file that the system cannot open is told of with the system's reason", async () => {
	const cwd = temporaryDirectory();
	symlinkSync("circle", join(cwd, "circle"));
	const circle = loadConfig("circle", { cwd, env: {} });
	expect(await problemsOf(circle)).toMatchObject([
		{
			code: "file-unreadable",
			what: expect.stringMatching(/^circle cannot be read: ELOOP/),
			fix: "name another file with --config",
		},
	]);
});

test("a file of 1 MiB is read, a longer one is not", async () => {
	const full = good.padEnd(1024 * 1024, "#");
	expect((await loadContent(full)).namespaces).toHaveLength(1);
	expect(await problemsOf(loadContent(`${full}#`))).toMatchObject([
		{ code: "file-too-large", where: { file: "counters.yaml" } },
	]);
});

test("a file that is not UTF-8 is refused", async () => {
	const latin = Buffer.from("version: 1 # caf\u00e9\n", "latin1");
	const wide = Buffer.from(`\ufeff${good}`, "utf16le");
	for (const bytes of [latin, wide])
		expect(await problemsOf(loadContent(bytes))).toMatchObject([
			{ code: "not-utf8" },
		]);
});

test("a byte order mark and Windows line ends change nothing", async () => {
	const windows = `\ufeff${good.replaceAll("\n", "\r\n")}`;
	expect(await loadContent(windows)).toEqual(await loadContent(good));
	const broken = loadContent(windows.replace("3", "0"));
	expect(await problemsOf(broken)).toMatchObject([
		{
			where: {
				line: 4,
				column: 17,
				frame:
					"  3 |   visits:\n> 4 |     shardCount: 0\n    |                 ^",
			},
		},
	]);
});
