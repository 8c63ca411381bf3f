import { expect, test } from "vitest";
import { notConfirmed, refuseNeedless } from "../../../cli/deploy/confirm.ts";
import { problemsOf } from "../../support/config.ts";

const command = (confirm: readonly string[]) =>
	["deploy", ...confirm.map((name) => `--confirm ${name}`)].join(" ");

const needless = (deletions: string[], confirmed: string[]) =>
	problemsOf((async () => refuseNeedless(deletions, confirmed, command))());

const votes = { key: "votes", classes: ["Votes", "Polls"] };
const likes = { key: "likes", classes: ["Likes"] };

test("a confirmation of what is not deleted is refused", async () => {
	expect(await needless([], [])).toEqual([]);
	expect(await needless(["votes"], ["votes"])).toEqual([]);
	expect(await needless(["votes"], ["votes", "Votes"])).toEqual([
		expect.objectContaining({
			code: "nothing-to-confirm",
			what: "--confirm Votes: this deploy deletes no namespace Votes",
			fix: "deploy --confirm votes",
		}),
	]);
});

test("a deletion is refused if Cloudflare has any class of it", () => {
	expect(notConfirmed([votes], new Set(["Metrics"]), command)).toEqual([]);
	expect(notConfirmed([votes], new Set(["Polls"]), command)).toEqual([
		{
			code: "deletion-not-confirmed",
			what: "This deploy deletes the namespace votes, and all its counts for good",
			why: "votes is under `removed`, and Cloudflare has its class Polls. It keeps no copy.",
			fix: "deploy --confirm votes",
		},
	]);
});

test("it is refused if Cloudflare cannot be asked", () => {
	expect(notConfirmed([votes], undefined, command)).toMatchObject([
		{ why: expect.stringContaining("could not be asked") },
	]);
});

test("the command to type confirms all of them, and no others", () => {
	const found = new Set(["Votes", "Likes"]);
	const other = { key: "other", classes: ["Other"] };
	const problems = notConfirmed([votes, other, likes], found, command);
	expect(problems.map(({ fix }) => fix)).toEqual([
		"deploy --confirm votes --confirm likes",
		"deploy --confirm votes --confirm likes",
	]);
});
