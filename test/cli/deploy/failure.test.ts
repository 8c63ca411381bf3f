import { describe, expect, it } from "vitest";
import { ADMIN_SECRET, TOKEN_SECRET } from "../../../cli/config/secrets.ts";
import { accessFailure } from "../../../cli/deploy/access-failure.ts";
import { classFailure } from "../../../cli/deploy/class-failure.ts";
import { deployFailure } from "../../../cli/deploy/failure.ts";

const history = {
	votes: {
		class: "Votes",
		binding: "VOTES_DO",
		kvPrefix: "votes",
		mount: "/votes",
		shardCounts: [2],
		reshardings: 0,
	},
};

const refusal = (...entries: [scenario: string, name: string][]) =>
	[
		"Durable Object exports reconciliation failed:",
		...entries.map(
			([scenario, name]) => `  ✘ [${scenario}] class '${name}': …`,
		),
	].join("\n");

describe("a class that Cloudflare refuses", () => {
	it("is named with the namespace that it was", () => {
		const failure = classFailure(
			refusal(
				["orphaned_provisioned_namespace", "Votes"],
				["provisioned_class_missing_from_config", "Room"],
			),
			history,
		);
		expect(failure?.what).toContain(
			"the classes Votes, Room, which no namespace declares (Votes was the namespace votes)",
		);
		for (const way of ["put the namespace back", "renamedFrom", "removed"])
			expect(failure?.fix).toContain(way);
	});

	it.each([
		["storage_type_mismatch", "legacy key-value storage"],
		["tombstone_delete_blocked_by_external_bindings", "Another Worker"],
		["something_new", "refused the upload because of the class Votes"],
	])("is explained: %s", (scenario, what) => {
		const message = refusal([scenario, "Votes"]);
		expect(classFailure(message, history)?.what).toContain(what);
	});

	it("is not seen where there is none", () => {
		expect(classFailure("fetch failed", history)).toBe(undefined);
	});
});

describe("a failure to get at Cloudflare's API", () => {
	it.each([
		[{ code: 10_000, message: "…" }, "does not take the credentials"],
		[{ code: 9109, message: "…" }, "does not take the credentials"],
		[{ message: "Not logged in. …" }, "no credentials"],
		[{ message: "More than one account available but …" }, "which account"],
		[{ message: "fetch failed" }, "could not be reached"],
	])("is recognised: %j", (failure, what) => {
		expect(accessFailure(failure)?.what).toContain(what);
	});

	it("is told from others", () => {
		const message = "A request to the Cloudflare API (/x) failed.";
		expect(accessFailure({ code: 10_013, message })).toBe(undefined);
	});
});

describe("a failed deploy", () => {
	it("of an entry that leaves out a class names the line to add", () => {
		const output =
			"Your Worker depends on the following Durable Objects, which are not exported in your entrypoint file: Votes, Views.\n";
		expect(deployFailure({ ...run, output }, circumstances)).toMatchObject({
			code: "class-not-exported",
			what: "src/worker.ts does not export Votes, Views",
			fix: 'Add the line: export { Votes, Views } from "../generated/src/counters";',
			where: { file: "src/worker.ts" },
		});
	});

	const circumstances = {
		dryRun: false,
		history,
		required: [ADMIN_SECRET, TOKEN_SECRET] as const,
		secretCommand: (missing: readonly string[]) => `deploy ${missing.join()}`,
		config: "generated/wrangler.toml",
		entry: {
			main: "/app/src/worker.ts",
			classes: "/app/generated/src/counters.ts",
			cwd: "/app",
		},
		env: "staging",
	};
	const run = { status: 1, stdout: "", output: "" };

	it("claims to have changed nothing only where that is certain", () => {
		const unclear = deployFailure(
			{ ...run, failure: { message: "fetch failed" } },
			circumstances,
		);
		expect(unclear.why).toContain("not known");
		const refused = deployFailure(
			{ ...run, failure: { code: 10_000, message: "…" } },
			circumstances,
		);
		expect(refused.why).toBe("The Worker was not changed.");
		const dryRun = deployFailure(run, { ...circumstances, dryRun: true });
		expect(dryRun.why).toBe("Nothing was uploaded.");
	});

	it.each([
		[[ADMIN_SECRET], "The secret COUNTER_ADMIN_TOKEN is not set on Cloudflare"],
		[[TOKEN_SECRET], "The secret COUNTER_TOKEN is not set on Cloudflare"],
		[
			[ADMIN_SECRET, TOKEN_SECRET],
			"The secrets COUNTER_ADMIN_TOKEN and COUNTER_TOKEN are not set on Cloudflare",
		],
	])("turns wrangler's word for missing secrets into ours: %j", (all, what) => {
		const message = `The following required secrets have not been set: ${all.join(", ")}\nUse …`;
		const failure = deployFailure(
			{ ...run, failure: { message } },
			circumstances,
		);
		expect(failure.code).toBe("secret-missing");
		expect(failure.what).toBe(what);
		expect(failure.fix).toContain(`deploy ${all.join()}, where `);
		const puts = all.map(
			(name) =>
				`npx --no -- wrangler secret put ${name} --config generated/wrangler.toml --env staging`,
		);
		expect(failure.fix).toContain(`or ${puts.join(" && ")}, then`);
	});

	it.each([null, 0])("says that wrangler was killed: status %s", (status) => {
		const killed = deployFailure({ ...run, status }, circumstances);
		expect(killed.what).toBe("wrangler deploy was ended before it was done");
		expect(killed.why).toContain("not known");
	});
});
