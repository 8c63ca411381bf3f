import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type } from "../support/machine.ts";
import { Cli, descendants, eventually, freePort } from "../support/process.ts";
import { Project, root } from "../support/project.ts";

const CONFIG = `version: 1
worker: { name: queued, main: src/index.ts }
wrangler:
  queues:
    producers:
      - { binding: CLICKS, queue: clicks }
    consumers:
      - { queue: clicks-dead, max_batch_timeout: 1 }
namespaces:
  visits:
    mount: /
    queue: clicks
    idempotencyWindow: 336h
`;

/** Sends what it is posted, counts by the generated handler, and keeps dead letters. */
const ENTRY = `
import counters, { type Env, Visits } from "../generated/src";

export { Visits };

const dead: unknown[] = [];

export default {
	async fetch(request, env, ctx) {
		const { pathname } = new URL(request.url);
		if (pathname === "/dead") return Response.json(dead);
		if (pathname !== "/send") return counters.fetch(request, env, ctx);
		const bodies: unknown[] = await request.json();
		await env.CLICKS.sendBatch(bodies.map((body) => ({ body })));
		return new Response(null, { status: 204 });
	},
	async queue(batch, env) {
		if (batch.queue === "clicks") return counters.queue(batch, env);
		for (const { id, body } of batch.messages) dead.push({ id, body });
	},
} satisfies ExportedHandler<Env & { CLICKS: Queue }>;
`;

test("messages of a queue count, and what is wrong is a dead letter with its id", async () => {
	const project = await Project.create();
	await project.write("counters.yaml", CONFIG);
	await mkdir(project.path("src"));
	await project.write("src/index.ts", ENTRY);
	const port = await freePort();
	const dev = new Cli(["dev", "--port", String(port)], { cwd: project.dir });
	await dev.reports("Ctrl-C stops it");
	await project.write(
		"tsconfig.json",
		'{ "extends": "./generated/tsconfig.json", "include": ["src", "generated/src"] }',
	);
	await type(`${join(root, "node_modules/.bin/tsc")} -p .`, project.dir);
	const url = `http://127.0.0.1:${port}`;
	const send = (...bodies: unknown[]) =>
		fetch(`${url}/send`, { method: "POST", body: JSON.stringify(bodies) });

	for (let n = 0; n < 10; n++)
		await send({ home: 1, clicks: 2 }, { home: 1 }, '{"home": 1}');
	await send({ "..": 1 }, { home: 1 });

	const headers = { Authorization: `Bearer ${await project.token()}` };
	const totals = async () =>
		(await fetch(`${url}/counters?read=exact`, { headers })).json();
	await eventually(totals, (all) => (all as { home: number }).home >= 31);
	const dead = await eventually(
		async () => (await fetch(`${url}/dead`)).json() as Promise<object[]>,
		(letters) => letters.length > 0,
	);
	expect(dead).toEqual([
		{ id: expect.stringMatching(/^[0-9a-f]{32}$/), body: { "..": 1 } },
	]);
	// By then the wrong one has come eleven times, and nothing else again.
	expect(await totals()).toEqual({ clicks: 20, home: 31 });
	// Its lines come by way of wrangler, and so perhaps after the answers.
	const refusals = await eventually(
		async () =>
			dev.stdout
				.concat(dev.stderr)
				.split("\n")
				.filter((line) => line.includes('"message-refused"')),
		({ length }) => length >= 11,
	);
	expect(refusals).toHaveLength(11);
	for (const line of refusals)
		expect(line).toContain('"code":"invalid-counter-name"');
});

/** Dies between counting and acknowledging: at each first try or, if told, until it is killed. */
const MORTAL_ENTRY = `
import counters, { Visits } from "../generated/src";

export { Visits };

const seen = [];
let hangs = false;

export default {
	async fetch(request, env, ctx) {
		const { pathname } = new URL(request.url);
		if (pathname === "/seen") return Response.json(seen);
		if (pathname === "/hang") return Response.json((hangs = true));
		if (pathname === "/again") {
			const message = await request.json();
			const done = await new Promise((resolve) => {
				const ack = () => resolve("acknowledged");
				const retry = () => resolve("comes again");
				const messages = [{ ...message, attempts: 2, ack, retry }];
				counters.queue({ queue: "clicks", messages }, env);
			});
			return Response.json(done);
		}
		if (pathname !== "/send") return counters.fetch(request, env, ctx);
		await env.CLICKS.send(await request.json());
		return new Response(null, { status: 204 });
	},
	async queue({ queue, messages }, env) {
		const dies = hangs || messages.some(({ attempts }) => attempts === 1);
		if (!dies) await counters.queue({ queue, messages }, env);
		else {
			const unheard = messages.map(({ id, body, attempts }) => ({ id, body, attempts, ack() {}, retry() {} }));
			await counters.queue({ queue, messages: unheard }, env);
		}
		for (const { id, body, attempts } of messages) seen.push({ id, body, attempts });
		if (hangs) await new Promise(() => {});
		if (dies) throw new Error("It dies before it acknowledges");
	},
};
`;

test("a message whose consumer dies between counting and acknowledging counts once", async () => {
	const project = await Project.create();
	await project.write(
		"counters.yaml",
		CONFIG.replace(/\n {4}consumers:.*\n.*/, ""),
	);
	await mkdir(project.path("src"));
	await project.write("src/index.ts", MORTAL_ENTRY);
	const port = await freePort();
	const start = async () => {
		const dev = new Cli(["dev", "--port", String(port)], { cwd: project.dir });
		await dev.reports("Ctrl-C stops it");
		return dev;
	};
	const url = `http://127.0.0.1:${port}`;
	const post = (path: string, body: object) =>
		fetch(url + path, { method: "POST", body: JSON.stringify(body) });
	const home = async () => {
		const headers = { Authorization: `Bearer ${await project.token()}` };
		const answer = await fetch(`${url}/counters?read=exact`, { headers });
		return ((await answer.json()) as { home?: number }).home;
	};
	type Seen = { id: string; body: object; attempts: number };
	const seen = async () =>
		(await (await fetch(`${url}/seen`)).json()) as Seen[];

	const dev = await start();
	await post("/send", { home: 1 });
	const tries = await eventually(seen, (all) => all.length >= 2);
	expect(tries.map(({ id, attempts }) => [id, attempts])).toEqual([
		[tries[0]?.id, 1],
		[tries[0]?.id, 2],
	]);
	expect(await home()).toBe(1);

	await post("/hang", {});
	await post("/send", { home: 10 });
	const last = (await eventually(seen, (all) => all.length >= 3)).at(-1);
	expect(await home()).toBe(11);
	for (const pid of [dev.pid, ...(await descendants(dev.pid))])
		process.kill(pid, "SIGKILL");
	await dev.ended;

	await start();
	expect(await home()).toBe(11);
	// The queue itself was in memory: Cloudflare would bring the message again.
	expect(await (await post("/again", last ?? {})).json()).toBe("acknowledged");
	expect(await home()).toBe(11);
});
