import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

const ignoring = { methods: ["GET", "POST"], bots: "ignore" };

/** The classes that are generated for some namespaces. */
async function classes(namespaces: object): Promise<string> {
	const cwd = temporaryDirectory();
	writeFileSync(
		join(cwd, "counters.yaml"),
		JSON.stringify({ version: 1, namespaces }),
	);
	expect((await runCli(["generate"], { cwd })).status).toBe(0);
	return readFile(join(cwd, "generated/src/counters.ts"), "utf8");
}

test("the namespaces that ignore bots share the expression that knows them", async () => {
	const source = await classes({ a: ignoring, b: {}, c: ignoring });
	expect(source.match(/^const BOTS = /gm)).toHaveLength(1);
	expect(source.match(/static override readonly bots = BOTS;/g)).toHaveLength(
		2,
	);
});

test("no expression is rendered where bots count", async () => {
	expect(await classes({ a: {}, b: { bots: "count" } })).not.toMatch(/bots/i);
});

test.each([
	[
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		true,
	],
	["Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", true],
	["facebookexternalhit/1.1", true],
	["WhatsApp/2.23.20.0", true],
	["curl/8.14.1", true],
	[
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		false,
	],
	[
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
		false,
	],
	["", false],
])("%s: a bot? %s", async (agent, isBot) => {
	const source = await classes({ a: ignoring });
	const [, body = "", flags] =
		/^const BOTS = \/(.+)\/(\w*);$/m.exec(source) ?? [];
	expect(new RegExp(body, flags).test(agent)).toBe(isBot);
});

test("no class can take the expression's name", async () => {
	const cwd = temporaryDirectory();
	const namespaces = { a: { class: "BOTS" } };
	writeFileSync(
		join(cwd, "counters.yaml"),
		JSON.stringify({ version: 1, namespaces }),
	);
	const { status, stderr } = await runCli(["validate"], { cwd });
	expect([status, stderr]).toEqual([
		2,
		expect.stringContaining("reserved-name"),
	]);
});
