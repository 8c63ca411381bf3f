import { expect, test } from "vitest";
import { loadBriefly } from "./brief.ts";
import { CounterServer, json, serve } from "./counter-server.ts";

const token = "s3cret-token";
const env = { COUNTER_ADMIN_TOKEN: token };

test("a server that serves HTML is no counter server", async () => {
	const { url } = await serve((_, response) => {
		response.setHeader("content-type", "text/html");
		response.end("<h1>Hello</h1>");
	});
	const { status, stdout, stderr } = await loadBriefly([url]);
	expect(stderr).toContain("[not-a-counter-server]");
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

test("JSON of another shape is no counter server either", async () => {
	const { url } = await serve((_, response) =>
		json(response, 200, { users: ["ann"] }),
	);
	const { status, stderr } = await loadBriefly([url]);
	expect(stderr).toContain("GET /counters?limit=1 answered 200");
	expect(status).toBe(2);
});

test("a path where nothing is mounted is no counter server", async () => {
	const { url } = await new CounterServer({ token }).start();
	const { status, stderr } = await loadBriefly([`${url}/votes`]);
	expect(stderr).toContain(`${url}/votes does not answer`);
	expect(status).toBe(2);
});

test("a redirect is not followed, so the token stays where it belongs", async () => {
	const elsewhere = await new CounterServer({ token }).start();
	const { url } = await serve(({ url: path }, response) => {
		response.writeHead(307, { location: elsewhere.url + path });
		response.end();
	});
	const { status, stderr } = await loadBriefly([url], { env });
	expect(stderr).toContain("GET /counters?limit=1 answered 307");
	expect(status).toBe(2);
	expect(elsewhere.seen).toEqual([]);
});

test("a refused token is told with the server's words, without the token", async () => {
	const server = await new CounterServer({ token: "another" }).start();
	const { status, stdout, stderr } = await loadBriefly([server.url], { env });
	expect(stderr).toContain("/global/shards answered 401: not the token");
	expect(stderr).toContain("fix: set COUNTER_ADMIN_TOKEN");
	expect(stdout + stderr).not.toContain(token);
	expect(status).toBe(2);
	expect(server.increments).toBe(0);
});

test("a refused name ends the run before any increment", async () => {
	const server = await new CounterServer({ token }).start();
	const { status, stdout, stderr } = await loadBriefly(
		[server.url, "--counter", "two words", "--json"],
		{ env },
	);
	expect(JSON.parse(stdout)).toMatchObject({
		ok: false,
		diagnostics: [
			{
				code: "refused-by-server",
				what: expect.stringContaining("answered 400: no spaces, please"),
			},
		],
	});
	expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
	expect(server.increments).toBe(0);
});

test.each([400, 401, 403, 429, 503])(
	"a %i for the first increment ends the run",
	async (answer) => {
		const server = await new CounterServer({
			token,
			fate: () => ({ counted: 0, answer }),
		}).start();
		const { status, stderr } = await loadBriefly([server.url], { env });
		expect(stderr).toContain(`answered ${answer}: not this time`);
		expect(status).toBe(2);
		expect(server.increments).toBe(1);
	},
);

test("a server that never answers is given up", async () => {
	const { url } = await serve(() => {});
	const { status, stderr } = await loadBriefly([url]);
	expect(stderr).toContain(`no answer from ${url} (no answer in time)`);
	expect(status).toBe(2);
});
