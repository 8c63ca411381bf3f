import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

/** Generates the project of a file; returns its files and output. */
async function generated(file: object) {
	const cwd = temporaryDirectory();
	const path = join(cwd, "counters.yaml");
	writeFileSync(path, JSON.stringify({ version: 1, ...file }));
	const { status, stderr } = await runCli(["generate"], { cwd });
	expect(status).toBe(0);
	const read = (name: string) => readFile(join(cwd, "generated", name), "utf8");
	return { read, stderr, wrangler: parse(await read("wrangler.toml")) };
}

const [closed, open] = [{ admin: "token" }, { admin: "none" }];

describe("the secrets that a deploy insists on", () => {
	test.each([
		[{ a: {} }, ["COUNTER_ADMIN_TOKEN"]],
		[
			{ a: { access: { increment: "token" } } },
			["COUNTER_ADMIN_TOKEN", "COUNTER_TOKEN"],
		],
		[
			{ a: { access: { read: "token" } } },
			["COUNTER_ADMIN_TOKEN", "COUNTER_TOKEN"],
		],
		[{ a: { access: { ...open, read: "token" } } }, ["COUNTER_TOKEN"]],
		[{ a: { access: open }, b: { access: open } }, []],
		[{ a: { access: open }, b: { access: closed } }, ["COUNTER_ADMIN_TOKEN"]],
	])("are those that a namespace asks for: %j", async (namespaces, names) => {
		const { wrangler, read } = await generated({ namespaces });
		expect(wrangler.secrets).toEqual({ required: names });
		const env = await read("src/counters.ts");
		for (const name of ["COUNTER_ADMIN_TOKEN", "COUNTER_TOKEN"])
			expect([name, env.includes(`\t${name}?: string;`)]).toEqual([
				name,
				names.includes(name),
			]);
	});

	test("are an environment's own", async () => {
		const { wrangler, read } = await generated({
			namespaces: { a: {} },
			environments: {
				open: { defaults: { access: open } },
				closed: { defaults: { access: { increment: "token" } } },
			},
		});
		expect(wrangler).toMatchObject({
			secrets: { required: ["COUNTER_ADMIN_TOKEN"] },
			env: {
				open: { secrets: { required: [] } },
				closed: {
					secrets: { required: ["COUNTER_ADMIN_TOKEN", "COUNTER_TOKEN"] },
				},
			},
		});
		expect(await read("src/environments/closed/counters.ts")).toContain(
			`access = { increment: "token", read: "public", admin: "token" } as const;`,
		);
	});
});

test("generate warns of admin routes that are open", async () => {
	const { stderr } = await generated({ namespaces: { a: { access: open } } });
	expect(stderr).toContain("warning [open-admin]");
	const other = await generated({ namespaces: { a: {} } });
	expect(other.stderr).not.toContain("open-admin");
});

test("the routes of the generated README say who may call them", async () => {
	const { read } = await generated({
		namespaces: {
			a: { access: { increment: "token", ...open } },
			b: { access: { read: "token" } },
		},
	});
	const readme = await read("README.md");
	for (const line of [
		"| `POST /a/increment/:counter` | `COUNTER_TOKEN` |",
		"| `GET /a/counters` | public |",
		"| `POST /a/global/reset` | public |",
		"| `POST /b/increment/:counter` | public |",
		"| `GET /b/counters/:counter` | `COUNTER_TOKEN` |",
		"| `POST /b/global/reset` | `COUNTER_ADMIN_TOKEN` |",
	])
		expect(readme).toContain(line);
});

describe("rate limiters", () => {
	const rateLimit = { limit: 100, period: 60 };
	const ids = ({ ratelimits }: Record<string, unknown>) =>
		(ratelimits as { namespace_id: string }[]).map((one) => one.namespace_id);

	test("are bound for each namespace that has a limit", async () => {
		const { wrangler, read } = await generated({
			namespaces: {
				views: { rateLimit },
				free: {},
				votes: { binding: "BALLOTS", rateLimit: { limit: 1, period: 10 } },
			},
			environments: { staging: { defaults: { rateLimit } } },
		});
		const id = expect.stringMatching(/^[1-9]\d{0,9}$/);
		const limiter = (name: string, simple: object) => ({
			name,
			namespace_id: id,
			simple,
		});
		expect(wrangler.ratelimits).toEqual([
			limiter("VIEWS_DO_RATE_LIMIT", rateLimit),
			limiter("BALLOTS_RATE_LIMIT", { limit: 1, period: 10 }),
		]);
		const { staging } = wrangler.env as Record<string, typeof wrangler>;
		expect(staging?.ratelimits).toEqual([
			limiter("VIEWS_DO_RATE_LIMIT", rateLimit),
			limiter("FREE_DO_RATE_LIMIT", rateLimit),
			limiter("BALLOTS_RATE_LIMIT", { limit: 1, period: 10 }),
		]);
		const code = await read("src/counters.ts");
		expect(code).toContain("\tVIEWS_DO_RATE_LIMIT: RateLimit;");
		expect(code).toContain(
			`rateLimit = rateLimiter({ binding: "VIEWS_DO_RATE_LIMIT", limit: 100, period: 60 });`,
		);
		expect(code).not.toContain("FREE_DO_RATE_LIMIT");
		const all = [...ids(wrangler), ...ids(staging ?? {})];
		expect(new Set(all).size).toBe(all.length);
	});

	test("keep their ids while others come and go", async () => {
		const one = await generated({ namespaces: { votes: { rateLimit } } });
		const both = await generated({
			namespaces: { views: { rateLimit }, votes: { rateLimit } },
		});
		expect(ids(both.wrangler)).toContain(ids(one.wrangler)[0]);
		const elsewhere = await generated({
			worker: { name: "other" },
			namespaces: { votes: { rateLimit } },
		});
		expect(ids(elsewhere.wrangler)).not.toEqual(ids(one.wrangler));
	});

	test("are not there without a limit", async () => {
		const { wrangler } = await generated({ namespaces: { views: {} } });
		expect(wrangler).not.toHaveProperty("ratelimits");
	});
});
