import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type } from "../support/machine.ts";
import { Cli, eventually, freePort } from "../support/process.ts";
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
	const refusals = dev.stdout
		.concat(dev.stderr)
		.split("\n")
		.filter((line) => line.includes('"message-refused"'));
	expect(refusals).toHaveLength(11);
	for (const line of refusals)
		expect(line).toContain('"code":"invalid-counter-name"');
});
