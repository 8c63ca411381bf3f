import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseTarget } from "../../../cli/client/target.ts";
import { findAdminToken, findToken } from "../../../cli/client/token.ts";

let cwd: string;
beforeEach(async () => {
	cwd = await mkdtemp(join(tmpdir(), "counter-gen-"));
	await mkdir(join(cwd, "app/generated"), { recursive: true });
});
afterEach(() => rm(cwd, { recursive: true }));

const find = (url: string, env: Record<string, string> = {}) =>
	findAdminToken(parseTarget(url), join(cwd, "app/generated"), env);
const devVars = (text: string) =>
	writeFile(join(cwd, "app/generated/.dev.vars"), text);

test.each([
	["COUNTER_ADMIN_TOKEN=abc\n"],
	['OTHER=1\nCOUNTER_ADMIN_TOKEN="abc"\n'],
	["COUNTER_ADMIN_TOKEN='abc' # from dev\r\n"],
	["COUNTER_ADMIN_TOKEN=abc,previous\n"],
])("is read from .dev.vars: %j", async (text) => {
	await devVars(text);
	expect(await find("http://localhost:8787")).toBe("abc");
});

test.each([
	["http://localhost:8787", "abc"],
	["http://127.0.0.1:8787/votes", "abc"],
	["http://[::1]:8787", "abc"],
	["https://counters.example.com", undefined],
	["http://127.0.0.1.example.com", undefined],
	["http://localhost.example.com", undefined],
	["http://mylocalhost", undefined],
])("the one in .dev.vars is only for this machine: %s", async (url, token) => {
	await devVars("COUNTER_ADMIN_TOKEN=abc\n");
	expect(await find(url)).toBe(token);
});

test("the environment goes before the file, for any host", async () => {
	await devVars("COUNTER_ADMIN_TOKEN=abc\n");
	const env = { COUNTER_ADMIN_TOKEN: "mine" };
	expect(await find("http://localhost:8787", env)).toBe("mine");
	expect(await find("https://counters.example.com", env)).toBe("mine");
});

test("there is none without a file, or with one that names none", async () => {
	expect(await find("http://localhost:8787")).toBeUndefined();
	await devVars("COUNTER_ADMIN_TOKEN=\n");
	expect(await find("http://localhost:8787")).toBeUndefined();
});

test("one that no header can carry is refused without being shown", async () => {
	const found = find("http://localhost:8787", {
		COUNTER_ADMIN_TOKEN: "abc\ndef",
	});
	await expect(found).rejects.toThrow(
		"COUNTER_ADMIN_TOKEN holds characters that no HTTP header can carry",
	);
});

test("the one for counting and reading is found the same way, apart from it", async () => {
	const local = parseTarget("http://localhost:8787");
	const far = parseTarget("https://counters.example.com");
	const findOther = (target = local, env: Record<string, string> = {}) =>
		findToken(target, join(cwd, "app/generated"), env);
	await devVars("COUNTER_ADMIN_TOKEN=abc\n");
	expect(await findOther()).toBeUndefined();
	await devVars("COUNTER_ADMIN_TOKEN=abc\nCOUNTER_TOKEN=def,previous\n");
	expect(await findOther()).toBe("def");
	expect(await find("http://localhost:8787")).toBe("abc");
	expect(await findOther(far)).toBeUndefined();
	expect(await findOther(far, { COUNTER_TOKEN: "mine" })).toBe("mine");
	await expect(findOther(far, { COUNTER_TOKEN: "a b" })).rejects.toThrow(
		"COUNTER_TOKEN holds characters that no HTTP header can carry",
	);
});
