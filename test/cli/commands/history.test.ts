import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { run } from "../../../cli/program.ts";
import { readAnswer } from "../../support/answers.ts";
import { finish } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";
import { json, serve } from "../load/counter-server.ts";

const asOf = "2026-10-25T09:00:00.000Z";

/** A namespace that answers these points, whatever is asked, or no such route. */
async function namespace(by: string, points: object[] | undefined) {
	const seen: string[] = [];
	const { url } = await serve((request, response) => {
		seen.push(`${request.method} ${request.url}`);
		const { searchParams } = new URL(request.url ?? "", "http://x");
		const type = "urn:problem-type:counter-gen:not-found";
		if (!points) json(response, 404, { type, status: 404 });
		else if (searchParams.get("last") === "0")
			json(response, 400, { title: "No", detail: "`last` is from 1" });
		else if (searchParams.get("format") === "csv") response.end("start,…\n");
		else
			json(response, 200, {
				counter: "home",
				by,
				timeZone: "Europe/Berlin",
				asOf,
				points,
			});
	});
	return { url, seen };
}

const days = [
	{ start: "2026-10-23T00:00:00+02:00", value: 1204, final: true },
	{ start: "2026-10-24T00:00:00+02:00", value: 0, final: true },
	{ start: "2026-10-25T00:00:00+02:00", value: 97, final: false },
];

test("shows dates, values, and their sum", async () => {
	const { url, seen } = await namespace("day", days);
	const { status, stdout, stderr } = await runCli(["history", url, "home"]);
	expect(stdout).toBe(`home, ${url}

by day, Europe/Berlin, as of ${asOf}
  2026-10-23  1204
  2026-10-24     0
  2026-10-25    97  so far
  total       1301
`);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(seen).toEqual(["GET /history/home"]);
});

test("draws bars in a terminal", async () => {
	const { url } = await namespace("day", days);
	let shown = "";
	const terminal = Object.assign(
		new Writable({
			write(chunk, _, done) {
				shown += chunk;
				done();
			},
		}),
		{ isTTY: true, columns: 50 },
	);
	await finish((io) =>
		run(["history", url, "home", "--no-color"], { ...io, stdout: terminal }),
	);
	expect(shown.split("\n").slice(3)).toEqual([
		"  2026-10-23  1204          █████████████████████",
		"  2026-10-24     0",
		"  2026-10-25    97  so far  █▊",
		"  total       1301",
		"",
	]);
});

test("tells hours that come twice apart", async () => {
	const { url } = await namespace("hour", [
		{ start: "2026-10-25T02:00:00+02:00", value: 1, final: true },
		{ start: "2026-10-25T02:00:00+01:00", value: 2, final: true },
	]);
	const { stdout } = await runCli(["history", url, "home", "--by", "hour"]);
	expect(stdout).toContain(
		"\n  2026-10-25 02:00 +02:00  1\n  2026-10-25 02:00 +01:00  2\n",
	);
});

test("asks what its options say, of any name", async () => {
	const { url, seen } = await namespace("hour", days);
	const options = ["--by", "hour", "--from", "2026-11-01T00:00+01:00"];
	await runCli(["history", url, "a/b?", ...options, "--to", "2026-11-02"]);
	await runCli(["history", url, "home", "--last", "7"]);
	expect(seen).toEqual([
		"GET /history/a%2Fb%3F?by=hour&from=2026-11-01T00%3A00%2B01%3A00&to=2026-11-02",
		"GET /history/home?last=7",
	]);
});

test("answers in JSON and in CSV, not in both", async () => {
	const { url, seen } = await namespace("day", days);
	const argv = ["history", url, "home"];
	const { stdout } = await runCli([...argv, "--json"]);
	expect(readAnswer("Dated", stdout)).toMatchObject({
		url,
		counter: "home",
		by: "day",
		timeZone: "Europe/Berlin",
		asOf,
		points: days,
	});
	expect((await runCli([...argv, "--csv"])).stdout).toBe("start,…\n");
	expect(seen.at(-1)).toBe("GET /history/home?format=csv");
	const both = await runCli([...argv, "--csv", "--json"]);
	expect(both.stdout).toContain('"code":"bad-option"');
	expect(both.status).toBe(2);
});

test("says what to write where none is kept, and why a server refuses", async () => {
	const none = await namespace("day", undefined);
	const missing = await runCli(["history", none.url, "home"]);
	expect(missing.stderr).toContain("[not-kept]");
	expect(missing.stderr).toContain("write `history: { day: 400d }`");
	expect(missing.status).toBe(2);
	const { url } = await namespace("day", days);
	const wrong = await runCli(["history", url, "home", "--last", "0"]);
	expect(wrong.stderr).toContain("answered 400: `last` is from 1");
	expect(wrong.status).toBe(2);
});

test("says of an answer that is none that this is no namespace", async () => {
	const { url } = await namespace("day", [{ start: "now", value: "many" }]);
	const { stderr, status } = await runCli(["history", url, "home"]);
	expect(stderr).toContain("[not-a-counter-server]");
	expect(status).toBe(2);
});
