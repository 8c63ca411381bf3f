import {
	evictDurableObject,
	runDurableObjectAlarm,
	runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
	errorText,
	LEVELS,
	type LogLevel,
	logger,
} from "../../templates/runtime/log.ts";
import { documentedWorker } from "./documented.ts";
import { eventually } from "./support.ts";
import { Faulty, Logged, type Manual, Unpublishable } from "./worker/index.ts";

/** No line above debug may hold it, nor the key. */
const NAME = "secret-name";
const KEY = "secret-key";

type Line = { level: LogLevel; event: string } & Record<string, unknown>;

let lines: Line[] = [];

beforeEach(() => {
	lines = [];
	for (const level of LEVELS)
		vi.spyOn(console, level).mockImplementation((text: unknown) => {
			const { time, ...line } = JSON.parse(String(text));
			expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
			expect(line.level).toBe(level);
			expect(String(text)).not.toContain("\n");
			lines.push(line);
		});
});

afterEach(() => {
	vi.restoreAllMocks();
	for (const line of lines) {
		expect(JSON.stringify(line)).not.toContain(KEY);
		if (line.level !== "debug")
			expect(JSON.stringify(line)).not.toContain(NAME);
	}
});

const events = (event: string) => lines.filter((line) => line.event === event);
const object = (name: string) => env.LOGGED_DO.getByName(name);
const shard = Logged.shardStub(env, 0);
const global = Logged.globalStub(env);

/** Objects that know the level of the log from now on. */
async function startAt(level: LogLevel): Promise<void> {
	Logged.logLevel = level;
	for (const name of ["shard0", "shard1", "global"])
		await evictDurableObject(object(name)).catch(() => {});
}

function fail(name: string, failing: boolean): Promise<void> {
	return runInDurableObject(object(name), (logged) => {
		logged.failing = failing;
	});
}

describe("a line of the log", () => {
	it.each(LEVELS)("is written from %s up, and not built below", (threshold) => {
		const log = logger(threshold, { namespace: "N", object: "shard0" });
		const build = vi.fn(() => ({ detail: 1 }));
		for (const level of LEVELS) log(level, "reset", build);
		const from = LEVELS.slice(LEVELS.indexOf(threshold));
		expect(build).toHaveBeenCalledTimes(from.length);
		expect(lines).toEqual(
			from.map((level) => ({
				level,
				event: "reset",
				namespace: "N",
				object: "shard0",
				detail: 1,
			})),
		);
	});

	it("holds no text that a parser quotes", () => {
		const parse = () => JSON.parse(`{"${NAME}"}`);
		expect(parse).toThrow(SyntaxError);
		try {
			parse();
		} catch (error) {
			expect(errorText(error)).toBe("SyntaxError");
		}
		expect(errorText(new Error("no answer"))).toBe("Error: no answer");
	});
});

describe("the threshold of a namespace", () => {
	it("is info by default: nothing of an increment is told", async () => {
		await startAt("info");
		await shard.increment(NAME, 1, { key: KEY });
		await shard.write();
		await global.write();
		expect(lines.filter(({ level }) => level === "debug")).toEqual([]);
	});

	it("lets lines of debug through, which name counters", async () => {
		await startAt("debug");
		await shard.increments({ [NAME]: 2, other: 3 });
		expect(events("counted")).toEqual([
			{
				level: "debug",
				event: "counted",
				namespace: "LOGGED_DO",
				object: "shard0",
				requests: [{ [NAME]: 2, other: 3 }],
			},
		]);
		await shard.write();
		expect(events("flushed")).toMatchObject([
			{ object: "shard0", requests: 1, counters: 2, seq: expect.any(Number) },
		]);
		await global.write();
		expect(events("published")).toMatchObject([
			{ object: "global", asOf: expect.any(Number), inPages: false },
		]);
	});

	it("silences what is below it", async () => {
		await startAt("error");
		await fail("global", true);
		await shard.increment(NAME);
		await expect(shard.write()).rejects.toThrow();
		await fail("global", false);
		await shard.write();
		await global.reset();
		expect(lines).toEqual([]);
	});
});

describe("what an object says", () => {
	beforeEach(() => startAt("info"));

	it("a flush that fails, and how it ended, though it was evicted", async () => {
		await shard.increment(NAME);
		await shard.write();
		await fail("global", true);
		await shard.increment(NAME);
		await expect(shard.write()).rejects.toThrow();
		await evictDurableObject(object("shard0"));
		await runDurableObjectAlarm(object("shard0"));
		// The alarm may ring by itself as well, once or more.
		const failed = await eventually(
			async () => events("flush-failed"),
			({ length }) => length > 1,
		);
		expect(failed[0]).toMatchObject({
			level: "warn",
			namespace: "LOGGED_DO",
			object: "shard0",
			seq: expect.any(Number),
			retryInMs: expect.any(Number),
			error: "Error: the global object fails",
		});
		expect(events("flush-recovered")).toEqual([]);
		await fail("global", false);
		// A write may join the sending of an alarm, which fails yet.
		const write = () =>
			shard.write().then(
				() => true,
				() => false,
			);
		expect(await eventually(write, Boolean)).toBe(true);
		await shard.increment(NAME);
		await shard.write();
		const failures = events("flush-failed").map((line) => line.failures);
		expect(failures).toEqual(failures.map((_, n) => n + 1));
		expect(events("flush-recovered")).toMatchObject([
			{ level: "info", failures: failures.length, afterMs: expect.any(Number) },
		]);
	});

	it("a KV that refuses, and that it takes the totals again", async () => {
		const stub: DurableObjectStub<Manual> =
			env.UNPUBLISHABLE_DO.getByName("global");
		await expect(Unpublishable.globalStub(env).write()).rejects.toThrow();
		expect(events("publish-failed")).toMatchObject([
			{ level: "warn", object: "global", failures: 1 },
		]);
		const key = "x".repeat(600);
		await evictDurableObject(stub);
		Object.assign(Unpublishable, { kvPrefix: "publishable" });
		await Unpublishable.globalStub(env).write();
		Object.assign(Unpublishable, { kvPrefix: key });
		expect(events("publish-recovered")).toMatchObject([
			{ level: "info", failures: 1, afterMs: expect.any(Number) },
		]);
	});

	it("a shard that cannot be reached", async () => {
		await shard.increment(NAME);
		await fail("shard0", true);
		await expect(global.reset(NAME)).rejects.toThrow();
		await expect(shard.write()).rejects.toThrow();
		await fail("shard0", false);
		expect(events("shard-unreachable")).toMatchObject([
			{ level: "warn", object: "global", shard: 0 },
			{ level: "warn", object: "shard0", shard: 0 },
		]);
		expect(events("reset")).toEqual([]);
	});

	it("a reset, but not of what", async () => {
		await global.reset(NAME);
		await global.reset();
		expect(events("reset")).toMatchObject([
			{ level: "info", object: "global", all: false },
			{ level: "info", object: "global", all: true },
		]);
	});

	it("an import, by how many counters it had", async () => {
		const key = `${KEY}-of-import`;
		for (let n = 0; n < 2; n++) await shard.import({ [NAME]: 5, b: 6 }, key);
		const line = {
			level: "info",
			namespace: "LOGGED_DO",
			object: expect.stringMatching(/^shard[01]$/),
			counters: 2,
		};
		expect(events("imported")).toMatchObject([
			{ ...line, repeated: false },
			{ ...line, repeated: true },
		]);
	});

	it("a shard that is full: once, not for each request", async () => {
		const most = Number.MAX_SAFE_INTEGER;
		const full = Logged.shardStub(env, 1);
		await full.write();
		await full.increment(NAME, most);
		await fail("global", true);
		await expect(full.write()).rejects.toThrow();
		// The first stays sealed; the next one is all that a batch may hold.
		await full.increment(NAME, most);
		for (let n = 0; n < 3; n++)
			await expect(full.increment(NAME, most)).rejects.toMatchObject({
				problem: { code: "shard-full" },
			});
		await fail("global", false);
		expect(events("shard-full")).toMatchObject([
			{ level: "warn", object: "shard1", waiting: 0, volume: most },
		]);
	});

	it("a shard that begins an epoch, and one whose storage was lost", async () => {
		await shard.increment(NAME);
		await shard.write();
		await runInDurableObject(object("shard0"), async (_, { storage }) => {
			await storage.deleteAlarm();
			await storage.deleteAll();
		});
		await evictDurableObject(object("shard0"));
		await shard.increment(NAME);
		await eventually(() => shard.write(), Boolean);
		expect(events("epoch-started")).toMatchObject([
			{ level: "info", object: "shard0", epoch: expect.any(Number) },
		]);
		expect(events("shard-started-over")).toMatchObject([
			{ level: "warn", object: "global", shard: 0 },
		]);
	});

	it("pages that KV did not delete", async () => {
		const key = "x".repeat(600);
		const stub = object("global");
		await runInDurableObject(stub, (_, { storage }) => {
			storage.sql.exec("INSERT INTO stale (key, until) VALUES (?, 1)", key);
		});
		await evictDurableObject(stub);
		await global.counters();
		await runDurableObjectAlarm(stub);
		// The alarm may have rung by itself already, once or more.
		const [failed] = await eventually(
			async () => events("delete-failed"),
			({ length }) => length > 0,
		);
		expect(failed).toMatchObject({
			level: "warn",
			object: "global",
			error: expect.any(String),
		});
		await runInDurableObject(stub, (_, { storage }) => {
			storage.sql.exec("DELETE FROM stale");
		});
	});
});

describe("an error that meets no request", () => {
	const failed = {
		level: "error",
		event: "object-failed",
		instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
		stack: expect.stringContaining("at "),
	};

	it("of an alarm, is logged under an id", async () => {
		await startAt("info");
		await runInDurableObject(object("global"), async (logged, { storage }) => {
			storage.sql.exec("ALTER TABLE unpublished RENAME TO other");
			await expect(logged.alarm()).rejects.toThrow("no such table");
			storage.sql.exec("ALTER TABLE other RENAME TO unpublished");
		});
		expect(events("object-failed")).toEqual([
			{
				...failed,
				namespace: "LOGGED_DO",
				object: "global",
				during: "alarm",
				error: expect.stringContaining("no such table: unpublished"),
			},
		]);
	});

	it("of a start, too", async () => {
		const stub = env.FAULTY_DO.getByName("shard0");
		await runInDurableObject(stub, (_, { storage }) => {
			storage.sql.exec("DROP TABLE failures");
		});
		await evictDurableObject(stub);
		const count = Faulty.shardStub(env, 0).increment(NAME);
		await expect(count).rejects.toThrow("no such table");
		expect(events("object-failed")).toEqual([
			{
				...failed,
				namespace: "FAULTY_DO",
				object: "shard0",
				during: "start",
				error: expect.stringContaining("no such table: failures"),
			},
		]);
	});
});

describe("what the Worker says", () => {
	const app = documentedWorker({ mounts: { "/": Logged } });
	const increment = (bindings: object) =>
		app.request(`/increment/${NAME}`, { method: "POST" }, bindings);

	it("a request that failed, under the id that its answer has", async () => {
		const answer = await increment({});
		expect(answer.status).toBe(500);
		const { instance } = await answer.json<{ instance: string }>();
		expect(events("request-failed")).toEqual([
			{
				level: "error",
				event: "request-failed",
				instance,
				error: "Error: env.LOGGED_DO is not bound: check wrangler.toml",
				stack: expect.stringContaining("at "),
			},
		]);
	});

	it("no name that stands in what a parser says", async () => {
		const getByName = () => JSON.parse(`{"${NAME}"}`);
		const answer = await increment({ LOGGED_DO: { getByName } });
		expect(answer.status).toBe(500);
		expect(events("request-failed")).toMatchObject([
			{ error: "SyntaxError", stack: expect.stringMatching(/^SyntaxError\n/) },
		]);
	});

	it("a global object that did not answer a scrape", async () => {
		await startAt("info");
		await fail("global", true);
		const headers = { Authorization: "Bearer first-token" };
		const answer = await app.request("/-/metrics", { headers }, env);
		await fail("global", false);
		expect(answer.status).toBe(200);
		expect(events("global-unreachable")).toMatchObject([
			{ level: "warn", namespace: "LOGGED_DO", object: "global" },
		]);
	});
});

describe("a KV that does not answer", () => {
	const getWithMetadata = () => Promise.reject(new Error("KV is down"));

	it("is told of, and the reader gets a problem", async () => {
		const read = Logged.kvCounters({ ...env, KV: { getWithMetadata } });
		await expect(read).rejects.toMatchObject({
			problem: { code: "kv-unavailable", status: 503 },
		});
		expect(events("kv-unreachable")).toMatchObject([
			{ level: "warn", error: "Error: KV is down" },
		]);
	});
});
