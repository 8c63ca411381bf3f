import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Access } from "../../templates/runtime/http/access.ts";
import { rateLimiter } from "../../templates/runtime/rate-limit/feature.ts";
import { documentedWorker } from "./documented.ts";
import { eventually } from "./support.ts";
import { Faulty } from "./worker/index.ts";

class Guarded extends Faulty {
	static override readonly incrementBounds = { min: 1, max: 10 };
	static override readonly access: Access = {
		increment: "token",
		read: "public",
		admin: "none",
	};
	static override readonly rateLimit = rateLimiter({
		binding: "LIMITED",
		limit: 3,
		period: 60,
	});
}

const global = env.FAULTY_DO.getByName("global");
const secrets = { COUNTER_TOKEN: "caller", COUNTER_ADMIN_TOKEN: "admin" };
const NAME = "secret-name";

let reports: { level: string; requests: Record<string, number> }[] = [];
let addresses = 0;
/** Reports that wait for their ten seconds to pass. */
let gathering: (() => void)[] = [];

/** Ten seconds pass: for reports that wait, and for the next one. */
function tenSeconds(): void {
	for (const send of gathering.splice(0)) send();
	const now = Date.now() + 10_001;
	vi.spyOn(Date, "now").mockImplementation(() => now);
}

/** A Worker of an isolate that has just started. */
function freshWorker() {
	const mounts = { "/": Guarded };
	const worker = documentedWorker({ mounts });
	return (path: string, token = "caller", address = String(addresses++)) =>
		worker.fetch(
			new Request(`http://test${path}`, {
				method: "POST",
				headers: {
					Authorization: `Bearer ${token}`,
					"CF-Connecting-IP": address,
				},
			}),
			{ ...env, ...secrets },
		);
}

const refuse = `/increment/${NAME}?by=11`;

const asked = () => runInDurableObject(global, ({ asked }) => asked);
const reported = async () =>
	(await global.metrics()).refusals["invalid-increment"] ?? 0;

beforeEach(() => {
	reports = [];
	gathering = [];
	vi.spyOn(console, "info").mockImplementation((text: unknown) => {
		expect(String(text)).not.toContain(NAME);
		const line = JSON.parse(String(text));
		if (line.event === "requests-refused") reports.push(line);
	});
	const { wait } = scheduler;
	vi.spyOn(scheduler, "wait").mockImplementation((ms, options) =>
		ms === 10_000
			? new Promise((resolve) => gathering.push(resolve))
			: wait.call(scheduler, ms, options),
	);
});

afterEach(() => vi.restoreAllMocks());

describe("refused increments", () => {
	it("are told by the code of their problem, in one line and one call", async () => {
		const before = await asked();
		const call = freshWorker();
		expect((await call(refuse)).status).toBe(400);
		expect((await call(refuse)).status).toBe(400);
		expect((await call("/increment/x", "wrong")).status).toBe(401);
		expect((await call("/increments")).status).toBe(400);
		for (let n = 0; n < 7; n++) await call("/increment/x", "caller", "same");
		expect((await call("/increment/x")).status).toBe(200);
		expect((await call("/nowhere")).status).toBe(404);
		tenSeconds();
		const [line] = await eventually(
			async () => reports,
			({ length }) => length > 0,
		);
		expect(line).toEqual({
			time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
			level: "info",
			event: "requests-refused",
			namespace: "FAULTY_DO",
			object: "global",
			requests: {
				"invalid-increment": 2,
				"invalid-body": 1,
				unauthorized: 1,
				"rate-limited": expect.any(Number),
			},
		});
		expect((await asked()) - before).toBe(1);
		const { refusals } = await global.metrics();
		expect(refusals).toMatchObject(line?.requests ?? {});
	});

	it("have beside them who asked for admin routes without the token", async () => {
		class Closed extends Guarded {
			static override readonly access: Access = {
				increment: "public",
				read: "public",
				admin: "token",
			};
		}
		const unset = { COUNTER_ADMIN_TOKEN: undefined };
		const worker = documentedWorker({ mounts: { "/": Closed } });
		const get = async (
			path: string,
			token: string,
			bindings: object = secrets,
		) =>
			(
				await worker.fetch(
					new Request(`http://test${path}`, {
						headers: { Authorization: `Bearer ${token}` },
					}),
					{ ...env, ...bindings },
				)
			).status;
		expect(await get("/global/counters", "guess")).toBe(401);
		expect(await get("/shard/0/counters", "guess")).toBe(401);
		expect(await get("/counters?read=global", "guess")).toBe(401);
		expect(await get("/global/counters", "guess", unset)).toBe(503);
		expect(await get("/counters/none?read=global", "admin")).toBe(404);
		expect(await get("/shard/9/counters", "admin")).toBe(404);
		tenSeconds();
		const [line] = await eventually(
			async () => reports,
			({ length }) => length > 0,
		);
		expect(line?.requests).toEqual({ unauthorized: 3, "secret-not-set": 1 });
	});

	it("cost one call in 10 seconds, however many there are", async () => {
		const [calls, counted] = [await asked(), await reported()];
		const call = freshWorker();
		for (let n = 0; n < 200; n++) await call(refuse);
		expect(gathering).toHaveLength(1);
		tenSeconds();
		expect(await eventually(reported, (now) => now > counted)).toBe(
			counted + 200,
		);
		for (let n = 0; n < 50; n++) await call(refuse);
		expect(gathering).toHaveLength(1);
		tenSeconds();
		expect(await eventually(reported, (now) => now > counted + 200)).toBe(
			counted + 250,
		);
		expect((await asked()) - calls).toBe(2);
	});

	it("are told later if the platform dropped the request that reports", async () => {
		const counted = await reported();
		const call = freshWorker();
		for (let n = 0; n < 3; n++) await call(refuse);
		gathering = [];
		tenSeconds();
		await call(refuse);
		tenSeconds();
		expect(await eventually(reported, (now) => now > counted)).toBe(
			counted + 4,
		);
	});

	it("are told later if the global object does not answer", async () => {
		const [calls, counted] = [await asked(), await reported()];
		const fail = (failing: boolean) =>
			runInDurableObject(global, (faulty) => {
				faulty.failing = failing;
			});
		await fail(true);
		const call = freshWorker();
		for (let n = 0; n < 3; n++) await call(refuse);
		tenSeconds();
		await eventually(asked, (now) => now > calls);
		await fail(false);
		await call(refuse);
		tenSeconds();
		expect(await eventually(reported, (now) => now > counted)).toBe(
			counted + 4,
		);
	});
});
