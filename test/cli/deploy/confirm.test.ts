import { expect, test } from "vitest";
import { requireConfirmed } from "../../../cli/deploy/confirm.ts";
import { problemsOf } from "../../support/config.ts";

const problems = (deletions: string[], confirmed: string[]) =>
	problemsOf(
		(async () =>
			requireConfirmed(deletions, confirmed, (confirm) =>
				["deploy", ...confirm.map((name) => `--confirm ${name}`)].join(" "),
			))(),
	);

test("a deploy that deletes nothing needs no confirmation", async () => {
	expect(await problems([], [])).toEqual([]);
});

test("a deletion is refused until it is confirmed by its exact name", async () => {
	expect(await problems(["votes"], ["votes"])).toEqual([]);
	expect(await problems(["votes"], [])).toEqual([
		{
			code: "deletion-not-confirmed",
			what: "This deploy deletes the namespace votes, and all its counts for good",
			why: expect.stringContaining("no copy"),
			fix: "deploy --confirm votes",
		},
	]);
	const wrong = await problems(["votes"], ["Votes"]);
	expect(wrong.map(({ code }) => code)).toEqual([
		"nothing-to-confirm",
		"deletion-not-confirmed",
	]);
});

test("the command to type confirms all of them", async () => {
	const missing = await problems(["a", "b", "c"], ["b"]);
	expect(missing.map(({ what }) => what)).toEqual([
		expect.stringContaining("the namespace a,"),
		expect.stringContaining("the namespace c,"),
	]);
	for (const { fix } of missing)
		expect(fix).toBe("deploy --confirm a --confirm b --confirm c");
});

test("a confirmation of what is not deleted is refused", async () => {
	expect(await problems(["votes"], ["votes", "metrics"])).toEqual([
		expect.objectContaining({
			code: "nothing-to-confirm",
			what: "--confirm metrics: this deploy deletes no namespace metrics",
			fix: "deploy --confirm votes",
		}),
	]);
});
