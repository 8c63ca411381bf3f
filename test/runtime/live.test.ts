import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { asAdmin, call, eventually } from "./support.ts";
import { Live } from "./worker/index.ts";

interface Message {
	version: number;
	birth: number;
	reset?: true;
	values: Record<string, number>;
}

/** A viewer as a browser is one. */
class Viewer {
	readonly messages: Message[] = [];
	closed: { code: number; reason: string } | undefined;
	pongs = 0;
	readonly socket: WebSocket;

	private constructor(socket: WebSocket) {
		this.socket = socket;
		socket.addEventListener("message", ({ data }) => {
			if (data === "pong") this.pongs++;
			else this.messages.push(JSON.parse(String(data)));
		});
		socket.addEventListener("close", ({ code, reason }) => {
			this.closed = { code, reason };
		});
		socket.accept();
	}

	static async open(
		path: string,
		headers: Record<string, string> = {},
	): Promise<Viewer> {
		const answer = await call(path, {
			headers: { Upgrade: "websocket", ...headers },
		});
		if (!answer.webSocket)
			throw new Error(`${answer.status} ${await answer.text()}`);
		return new Viewer(answer.webSocket);
	}

	/** Waits until it was shown these totals, one message after the other. */
	async shows(values: Record<string, number>): Promise<Message> {
		const last = () => ({
			...Object.assign({}, ...this.messages.map((one) => one.values)),
		});
		await eventually(
			async () => last(),
			(shown) =>
				Object.entries(values).every(([name, value]) => shown[name] === value),
		);
		expect(last()).toMatchObject(values);
		return this.messages.at(-1) as Message;
	}

	async closes() {
		return eventually(
			async () => this.closed,
			(closed) => closed !== undefined,
		);
	}
}

const objects = [0, 1].map((n) => env.LIVE_DO.getByName(`live${n}`));

async function count(name: string, by = 1): Promise<void> {
	await Live.shardStub(env, 0).increment(name, by);
	await Live.shardStub(env, 0).write();
}

/** Has the live objects sleep: those that run. */
async function sleep(): Promise<void> {
	for (const object of objects)
		await evictDurableObject(object).catch(() => {});
}

/** Has objects fail, or not any more. */
async function setFailing(
	failing: boolean,
	some: typeof objects,
): Promise<void> {
	for (const object of some)
		await runInDurableObject(object, (live) => {
			live.failing = failing;
		});
}

/** Counts the sockets that live objects hold. */
async function sockets(): Promise<number> {
	const all = await Promise.all(
		objects.map((object) =>
			runInDurableObject(object, (_, state) => state.getWebSockets().length),
		),
	);
	return all.reduce((sum, one) => sum + one, 0);
}

describe("GET /live", () => {
	beforeEach(() => Live.globalStub(env).reset());

	it("shows totals at once, and what becomes of them", async () => {
		await count("a", 5);
		const viewer = await Viewer.open("/watched/live?counters=a,b");
		const first = await viewer.shows({ a: 5, b: 0 });
		await count("b", 2);
		const second = await viewer.shows({ a: 5, b: 2 });
		expect(second.values).toEqual({ b: 2 });
		expect(second.version).toBeGreaterThan(first.version);
		expect(second.birth).toBe(first.birth);
		viewer.socket.close(1000);
	});

	it("goes on while its objects sleep and the global object starts anew", async () => {
		const viewer = await Viewer.open("/watched/live?counters=a");
		await viewer.shows({ a: 0 });
		await sleep();
		await count("a", 1);
		await viewer.shows({ a: 1 });
		await evictDurableObject(env.LIVE_DO.getByName("global"));
		await count("a", 1);
		await viewer.shows({ a: 2 });
		await sleep();
		await evictDurableObject(env.LIVE_DO.getByName("global"));
		await count("a", 1);
		await viewer.shows({ a: 3 });
		expect(viewer.closed).toBeUndefined();
		viewer.socket.close(1000);
	});

	it("tells of a reset with all that is watched, and of no other", async () => {
		await count("a", 5);
		await count("b", 7);
		const viewer = await Viewer.open("/watched/live?counters=a,b");
		const first = await viewer.shows({ a: 5, b: 7 });
		expect(first.reset).toBeUndefined();
		await Live.globalStub(env).reset("a");
		const second = await viewer.shows({ a: 0, b: 7 });
		expect(second.reset).toBe(true);
		await count("a");
		const third = await viewer.shows({ a: 1 });
		expect(third.reset).toBeUndefined();
		viewer.socket.close(1000);

		const { version, birth } = first;
		const back = await Viewer.open(
			`/watched/live?counters=a&since=${version}&birth=${birth}`,
		);
		expect((await back.shows({ a: 1 })).reset).toBe(true);
		back.socket.close(1000);
	});

	it("takes up where a viewer was, without a reset", async () => {
		await count("a", 5);
		const viewer = await Viewer.open("/watched/live?counters=a");
		const { version, birth } = await viewer.shows({ a: 5 });
		viewer.socket.close(1000);
		await count("a", 1);
		const back = await Viewer.open(
			`/watched/live?counters=a&since=${version}&birth=${birth}`,
		);
		const first = await back.shows({ a: 6 });
		expect(first.reset).toBeUndefined();
		expect(first.version).toBeGreaterThanOrEqual(version);
		back.socket.close(1000);
	});

	it("tells who came after a reset nothing twice, also once its object has slept", async () => {
		await count("a", 5);
		const old = await Viewer.open("/watched/live?counters=a");
		await old.shows({ a: 5 });
		// The reset reaches nobody yet.
		await setFailing(true, objects);
		await Live.globalStub(env).reset("b");
		const viewer = await Viewer.open("/watched/live?counters=a,c");
		await viewer.shows({ a: 5, c: 0 });
		// Forgets that it is to fail, too.
		await sleep();
		await eventually(
			async () => old.messages,
			(messages) => messages.some(({ reset }) => reset),
		);
		await count("c");
		await viewer.shows({ c: 1 });
		expect(old.messages.map(({ reset }) => reset)).toEqual([undefined, true]);
		expect(viewer.messages.filter(({ reset }) => reset)).toEqual([]);

		const late = await Viewer.open("/watched/live?counters=a");
		await late.shows({ a: 5 });
		await count("a");
		await late.shows({ a: 6 });
		expect(late.messages.map(({ values }) => values)).toEqual([
			{ a: 5 },
			{ a: 6 },
		]);
		for (const { socket } of [old, viewer, late]) socket.close(1000);
	});

	it("answers a close, and keeps no socket and nothing that was watched", async () => {
		const viewer = await Viewer.open("/watched/live?counters=a");
		await viewer.shows({ a: 0 });
		await sleep();
		viewer.socket.close(1000);
		await viewer.closes();
		expect(await eventually(sockets, (open) => open === 0)).toBe(0);
		const global = env.LIVE_DO.getByName("global");
		const watching = () =>
			runInDurableObject(
				global,
				(_, { storage }) =>
					storage.sql.exec("SELECT object FROM watching").toArray().length,
			);
		await count("a");
		expect(await eventually(watching, (rows) => rows === 0)).toBe(0);
	});

	it("answers pings without waking its object, and closes who says anything else", async () => {
		const viewer = await Viewer.open("/watched/live?counters=a");
		await viewer.shows({ a: 0 });
		viewer.socket.send("ping");
		await eventually(
			async () => viewer.pongs,
			(pongs) => pongs === 1,
		);
		expect(viewer.pongs).toBe(1);
		viewer.socket.send("hello");
		expect(await viewer.closes()).toMatchObject({ code: 1008 });
	});

	it("shows every counter to admins, whatever its name", async () => {
		await Live.shardStub(env, 0).increments(
			Object.fromEntries([
				["__proto__", 1],
				["constructor", 2],
			]),
		);
		await Live.shardStub(env, 0).write();
		const refused = await Viewer.open("/watched/live");
		expect(await refused.closes()).toMatchObject({
			code: 1008,
			reason: expect.stringContaining("unauthorized"),
		});
		const viewer = await Viewer.open("/watched/live", {
			Authorization: "Bearer first-token",
		});
		await viewer.shows({ constructor: 2 });
		expect(Object.keys(viewer.messages[0]?.values ?? {}).toSorted()).toEqual([
			"__proto__",
			"constructor",
		]);
		await count("new");
		await viewer.shows({ new: 1 });
		viewer.socket.close(1000);
	});

	it("takes a token as subprotocol, as a browser can send it", async () => {
		const token = btoa("first-token")
			.replaceAll("+", "-")
			.replaceAll("/", "_")
			.replaceAll("=", "");
		const answer = await call("/watched/live", {
			headers: {
				Upgrade: "websocket",
				"Sec-WebSocket-Protocol": `counters, bearer.${token}`,
			},
		});
		expect(answer.status).toBe(101);
		expect(answer.headers.get("Sec-WebSocket-Protocol")).toBe("counters");
		answer.webSocket?.accept();
		answer.webSocket?.close(1000);
		const wrong = await Viewer.open("/watched/live", {
			"Sec-WebSocket-Protocol": "counters, bearer.d3Jvbmc",
		});
		expect(await wrong.closes()).toMatchObject({ code: 1008 });
	});

	it.each(["", "\0", "x\r\nX-More: 1", "\xe9", "two words", "x".repeat(2_000)])(
		"refuses the subprotocol of a token that is none, case %#",
		async (token) => {
			const viewer = await Viewer.open("/watched/live", {
				"Sec-WebSocket-Protocol": `counters, bearer.${btoa(token)}`.replace(
					/=+$/,
					"",
				),
			});
			expect(await viewer.closes()).toMatchObject({
				code: 1008,
				reason: expect.stringMatching(/^(unauthorized|header-too-large):/),
			});
		},
	);

	it.each([
		["https://example.com", true],
		["https://a.example.org", true],
		["http://test", true],
		["https://evil.example", false],
		["null", false],
	])("lets a page of %s watch: %s", async (Origin, isLet) => {
		const viewer = await Viewer.open("/watched/live?counters=a", { Origin });
		if (isLet) {
			await viewer.shows({ a: 0 });
			viewer.socket.close(1000);
			return;
		}
		expect(await viewer.closes()).toMatchObject({
			code: 1008,
			reason: expect.stringContaining("origin-not-allowed"),
		});
	});

	it("answers 426 to what is no WebSocket, and is not there where live is off", async () => {
		const answer = await call("/watched/live?counters=a");
		expect(answer.status).toBe(426);
		expect(answer.headers.get("Upgrade")).toBe("websocket");
		expect(await answer.json()).toMatchObject({
			type: "urn:problem-type:counter-gen:upgrade-required",
		});
		expect((await asAdmin("/manual/live?counters=a")).status).toBe(404);
	});

	it("shows a name with a comma, which a list percent-encodes", async () => {
		await Live.shardStub(env, 0).increments({ "x,y": 3, x: 1 });
		await Live.shardStub(env, 0).write();
		const viewer = await Viewer.open(
			"/watched/live?counters=x%2Cy,x&counters=..&counters=y",
		);
		const { values } = await viewer.shows({ "x,y": 3, x: 1 });
		expect(values).toEqual({ "..": 0, x: 1, "x,y": 3, y: 0 });
		viewer.socket.close(1000);
	});

	it("says what is wrong with a request as it closes", async () => {
		const viewer = await Viewer.open("/watched/live?counters=");
		expect(await viewer.closes()).toMatchObject({
			code: 1008,
			reason: expect.stringContaining("invalid-counter-name"),
		});
	});

	it("takes viewers on its other object where one is full", async () => {
		const viewers: Viewer[] = [];
		for (let n = 0; n < 101; n++) {
			const names = Array.from({ length: 100 }, (_, i) => `${n}-${i}`);
			viewers.push(await Viewer.open(`/watched/live?counters=${names}`));
		}
		const full = await Promise.all(
			objects.map((object) =>
				runInDurableObject(object, (_, state) => state.getWebSockets().length),
			),
		);
		expect(full.reduce((sum, one) => sum + one, 0)).toBe(101);
		expect(Math.max(...full)).toBeLessThanOrEqual(100);
		for (const { socket } of viewers) socket.close(1000);
	});

	it("goes on once what failed answers, and logs that", async () => {
		const lines: string[] = [];
		vi.spyOn(console, "warn").mockImplementation((text: unknown) => {
			lines.push(JSON.parse(String(text)).event);
		});
		const global = env.LIVE_DO.getByName("global");
		await setFailing(true, [global]);
		const viewer = await Viewer.open("/watched/live?counters=a");
		await eventually(
			async () => lines,
			(all) => all.includes("watch-failed"),
		);
		await setFailing(false, [global]);
		await viewer.shows({ a: 0 });
		await setFailing(true, objects);
		await count("a");
		await eventually(
			async () => lines,
			(all) => all.includes("push-failed"),
		);
		await setFailing(false, objects);
		await viewer.shows({ a: 1 });
		vi.restoreAllMocks();
		expect(lines).toEqual(
			expect.arrayContaining(["watch-failed", "push-failed"]),
		);
		viewer.socket.close(1000);
	});
});
