import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { json, serve } from "../cli/load/counter-server.ts";
import { readAnswer } from "../support/answers.ts";
import { Cli, cli, eventually } from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";

const config = `version: 1
worker:
  name: moving
namespaces:
  metrics:
    mount: /
    maxCounters: 100000
    shardWriteToGlobalAfter: 100ms
    globalWriteToKVAfter: 1s
  copy:
    maxCounters: 100000
  add:
    maxCounters: 100000
  replace:
    maxCounters: 100000
  views:
    history: { hour: 7d, day: 400d }
    timeZone: Europe/Berlin
  restored:
    history: { hour: 7d, day: 400d }
    timeZone: Europe/Berlin
  killed:
    history: { hour: 7d, day: 400d }
    timeZone: Europe/Berlin
`;

/** The real Worker on plain workerd, and the address of its namespace at `/`. */
const serving = shared(async (until) => {
	const project = await Project.create({ until });
	await project.write("counters.yaml", config);
	return { project, ...(await startServe(project, [], { until })) };
});

/** A counter a line. */
function lines(entries: readonly [string, number][]): string {
	return entries
		.map(([counter, value]) => `${JSON.stringify({ counter, value })}\n`)
		.join("");
}

/** 50,000 of them. */
function many(): string {
	return lines(Array.from({ length: 50_000 }, (_, n) => [`n${n}`, n * 1000]));
}

const huge = Number.MAX_SAFE_INTEGER;
const extremes = lines([
	["__proto__", -huge],
	["most", huge],
	["more", huge - 1],
	["zero", 0],
]);

/** Tells files apart, but for the order of their lines. */
function content(text: string): { lines: number; hash: string } {
	const sorted = text.split("\n").toSorted();
	const hash = createHash("sha256").update(sorted.join("\n"));
	return { lines: sorted.length, hash: hash.digest("hex") };
}

/**
 * Passes requests on to `url`. Of the nth import it keeps the answer, which the
 * Worker has given by then, and calls `then`.
 */
async function proxy(url: string, n: number, then: () => void) {
	let imports = 0;
	const server = createServer((incoming, outgoing) => {
		const { method, url: path = "", headers } = incoming;
		const onward = request(url + path, { method, headers }, (answer) => {
			if (path.endsWith("/import") && ++imports === n) {
				answer.resume().on("end", then);
				return;
			}
			outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
			answer.pipe(outgoing);
		});
		incoming.pipe(onward);
	});
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("export and import", () => {
	it("bring every count to an empty namespace, and replace what differs", async () => {
		const { project, url } = serving();
		const text = extremes + many();
		await project.write("in.ndjson", text);
		const run = (...argv: string[]) => cli(argv, project.dir);

		const imported = await run("import", url, "in.ndjson");
		expect(imported.stderr).not.toContain("error");
		expect(imported.stdout).toMatch(/^verified: .* rose by exactly/m);
		expect(imported.status).toBe(0);

		await run("export", url, "--out", "out.ndjson");
		const saved = await project.read("out.ndjson");
		expect(content(saved)).toEqual(content(text));

		const copied = await run("import", `${url}/copy`, "out.ndjson", "--json");
		expect(readAnswer("Imported", copied.stdout)).toMatchObject({
			ok: true,
			counters: 50_004,
			repeated: 0,
		});
		const copy = await run("export", `${url}/copy`);
		expect(content(copy.stdout)).toEqual(content(text));

		// The greatest of all is to be the least.
		const least = lines([["most", -huge]]);
		await project.write("other.ndjson", least + lines([["n1", 7]]));
		const argv = ["import", url, "other.ndjson", "--mode", "replace"];
		const replaced = await run(...argv);
		expect(replaced.stdout).toContain("verified: the exact totals are these");
		const changed = await run("export", url);
		const expected = text
			.replace(lines([["most", huge]]), least)
			.replace(lines([["n1", 1000]]), lines([["n1", 7]]));
		expect(content(changed.stdout)).toEqual(content(expected));
		expect(changed.status).toBe(0);
	});

	it.each([
		["add", 5, 30_000],
		["replace", 2, 0],
	])(
		"--mode %s counts once when the client is killed between two answers",
		async (mode, requests, repeated) => {
			const { project, url: worker } = serving();
			const url = `${worker}/${mode}`;
			const text = many();
			await project.write(`${mode}.ndjson`, text);
			let isCounted = false;
			const detour = await proxy(worker, 3, () => {
				isCounted = true;
			});
			const argv = [`${mode}.ndjson`, "--mode", mode, "--json"];
			const killed = new Cli(["import", `${detour}/${mode}`, ...argv], {
				cwd: project.dir,
			});
			await eventually(
				async () => isCounted,
				(is) => is,
			);
			killed.signal("SIGKILL");
			expect(await killed.ended).toMatchObject({ status: null, stdout: "" });

			// It goes on where the other stopped, though at another address.
			const again = await cli(["import", url, ...argv], project.dir);
			expect(readAnswer("Imported", again.stdout)).toMatchObject({
				ok: true,
				counters: 50_000,
				requests,
				repeated,
			});
			const { stdout } = await cli(["export", url], project.dir);
			expect(content(stdout)).toEqual(content(text));
		},
	);
});

describe("export and import of what was counted when", () => {
	/** A day of long ago, and two of this week. */
	const past = (counter: string) =>
		`${JSON.stringify({
			counter,
			value: 1_000,
			history: {
				day: { "2026-01-15": 300, [dayOf(3)]: 200, [dayOf(2)]: 100 },
				hour: { [`${dayOf(2)}T08:00`]: 40 },
			},
		})}\n`;

	it("brings the past along, and to another namespace", async () => {
		const { project, url } = serving();
		const run = (...argv: string[]) => cli(argv, project.dir);
		await project.write("past.ndjson", past("__proto__") + past("home"));
		const argv = ["import", `${url}/views`, "past.ndjson"];
		const imported = await run(...argv);
		expect(imported.stdout).toBe(
			"imported 2 counters, sum 2000\nverified: the exact totals rose by exactly these values\nwhat was counted when: by hour all 80, by day all 1200\n",
		);
		await fetch(`${url}/views/increment/home?by=7`, { method: "POST" });

		await run("export", `${url}/views`, "--out", "views.ndjson");
		const saved = await project.read("views.ndjson");
		const [, home = ""] = saved.split("\n");
		const { value, history } = JSON.parse(home);
		expect(value).toBe(1_007);
		expect(Object.values(history.day)).toEqual([300, 200, 100, 7]);
		expect(history.day["2026-01-15T00:00:00+01:00"]).toBe(300);
		expect(Object.values(history.hour)).toEqual([40, 7]);

		const copied = await run("import", `${url}/restored`, "views.ndjson");
		expect(copied.stdout).toContain("by hour all 87, by day all 1207");
		const copy = await run("export", `${url}/restored`);
		expect(content(copy.stdout)).toEqual(content(saved));
		const last = ["--last", "8", "--csv"];
		const week = await eventually(
			async () =>
				(await run("history", `${url}/restored`, "home", ...last)).stdout,
			(text) => text.includes(",7,"),
		);
		expect(week).toMatch(/,200,true\n.*,100,true\n/);

		// Where no history is kept the totals come, and it says so.
		const plain = await run("import", `${url}/copy`, "views.ndjson", "--json");
		expect(readAnswer("Imported", plain.stdout)).toMatchObject({
			ok: true,
			past: "none",
		});
		// And what is there alike already stays as it is.
		const replacing = ["views.ndjson", "--mode", "replace", "--json"];
		const same = await run("import", `${url}/restored`, ...replacing);
		expect(readAnswer("Imported", same.stdout)).toMatchObject({
			requests: 0,
			past: { day: { inFile: 1_207, there: 1_207 } },
		});
	});

	it("brings the past to where only the totals are, and changes no total", async () => {
		const { project, url } = serving();
		const run = (...argv: string[]) => cli(argv, project.dir);
		const line = past("late");
		const { counter, value } = JSON.parse(line);
		await project.write("total.ndjson", lines([[counter, value]]));
		await project.write("late.ndjson", line);
		await run("import", `${url}/views`, "total.ndjson");
		const argv = ["late.ndjson", "--mode", "replace"];
		const { stdout } = await run("import", `${url}/views`, ...argv);
		expect(stdout).toContain("by hour all 40, by day all 600");
		expect(stdout).toContain("verified: the exact totals are these values");
	});

	it("counts once when the client is killed between two answers", async () => {
		const { project, url: worker } = serving();
		const days = Object.fromEntries(
			Array.from({ length: 390 }, (_, n) => [dayOf(n + 1), 1]),
		);
		const text = Array.from({ length: 100 }, (_, n) => {
			const line = { counter: `k${n}`, value: 390, history: { day: days } };
			return `${JSON.stringify(line)}\n`;
		});
		await project.write("killed.ndjson", text.join(""));
		let isCounted = false;
		const detour = await proxy(worker, 3, () => {
			isCounted = true;
		});
		const argv = ["killed.ndjson", "--json"];
		const killed = new Cli(["import", `${detour}/killed`, ...argv], {
			cwd: project.dir,
		});
		await eventually(
			async () => isCounted,
			(is) => is,
		);
		killed.signal("SIGKILL");
		await killed.ended;
		const again = await cli(
			["import", `${worker}/killed`, ...argv],
			project.dir,
		);
		expect(readAnswer("Imported", again.stdout)).toMatchObject({
			ok: true,
			requests: 4,
			past: { day: { inFile: 39_000, there: 39_000 } },
		});
		const { stdout } = await cli(["export", `${worker}/killed`], project.dir);
		for (const line of stdout.trim().split("\n")) {
			const { value, history } = JSON.parse(line);
			expect(value).toBe(390);
			expect(Object.values(history.day)).toEqual(Object.values(days));
		}
	});
});

/** A date, so many days before today. */
function dayOf(ago: number): string {
	return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

it.each([
	["SIGINT", 130, []],
	["SIGKILL", null, [expect.stringMatching(/^\.half\.ndjson\..*\.tmp$/)]],
] as const)(
	"%s leaves no export that looks whole",
	async (name, status, left) => {
		let pages = 0;
		const { url } = await serve((_, response) => {
			// The second page never comes.
			if (++pages > 1) return;
			response.setHeader("Counter-Cursor", "next");
			json(response, 200, { a: 1 });
		});
		const project = await Project.create({ packages: false });
		const exporting = new Cli(["export", url, "--out", "half.ndjson"], {
			cwd: project.dir,
		});
		await eventually(
			async () => pages,
			(asked) => asked === 2,
		);
		exporting.signal(name);
		expect(await exporting.ended).toMatchObject({ status, stdout: "" });
		expect(await readdir(project.dir)).toEqual([...left, "counters.yaml"]);
	},
);
