import { expect, test } from "vitest";
import type {
	Push,
	Watch,
	Watched,
} from "../../templates/runtime/live/contract.ts";
import { requestOf } from "../../templates/runtime/live/query.ts";
import { LiveRole } from "../../templates/runtime/live/role.ts";
import { Place } from "./lone-objects.ts";

/** A viewer's socket that keeps what it is sent. */
class Socket {
	bufferedAmount = 0;
	readonly sent: Record<string, unknown>[] = [];
	closed: number | undefined;
	/** Texts as they were sent. */
	readonly texts: string[] = [];
	#attachment: unknown = null;

	send(text: string) {
		this.texts.push(text);
		this.sent.push(JSON.parse(text));
	}

	close(code: number) {
		this.closed = code;
	}

	serializeAttachment(attachment: unknown) {
		this.#attachment = attachment;
	}

	deserializeAttachment() {
		return this.#attachment;
	}
}

/** A live object with sockets, and a global object that it asks. */
class Place0 extends Place {
	readonly sockets: Socket[] = [];
	readonly asked: Watch[] = [];
	/** Answers of the global object. */
	totals: Watched = { birth: 1, reset: 1, turn: 10, values: [["a", 5]] };
	fails = 0;
	pingedAt: number | undefined;
	/** Lets waits go on. */
	readonly waiting: { ms: number; go: () => void }[] = [];

	live(): LiveRole {
		return new LiveRole(0, {
			...this.host,
			wait: (ms, signal) =>
				new Promise((resolve) => {
					if (!signal) this.waiting.push({ ms, go: resolve });
				}),
			random: () => Math.random(),
			viewers: () => this.sockets.filter(({ closed }) => closed === undefined),
			pingedAt: () => this.pingedAt ?? this.now,
			watch: async (watch) => {
				this.asked.push(watch);
				if (this.fails-- > 0) throw new Error("nobody answers");
				return this.totals;
			},
		});
	}

	/** Takes in a viewer of `?counters=…`. */
	admit(role: LiveRole, query: string): Socket {
		const socket = new Socket();
		this.sockets.push(socket);
		role.admit(socket, asked(query));
		return socket;
	}

	/** Lets so much time pass that everything that waits goes on. */
	async pass() {
		await idle();
		const waiting = this.waiting.splice(0);
		for (const { ms, go } of waiting) {
			this.now += ms;
			go();
		}
		await idle();
		return waiting.map(({ ms }) => ms);
	}
}

function asked(query: string) {
	return requestOf(`/live?${query}`, () => true);
}

const idle = () => new Promise((resolve) => setImmediate(resolve));

/** A push to the life that a role is in. */
function pushTo(role: LiveRole, push: Partial<Push>) {
	const { life } = role.meet();
	return role.push({
		life,
		birth: 1,
		reset: 1,
		from: 10,
		to: 20,
		values: [],
		...push,
	});
}

test("viewers that come together are asked for once, and each gets all that it watches", async () => {
	const place = new Place0();
	const role = place.live();
	const [one, other] = [
		place.admit(role, "counters=b,a"),
		place.admit(role, "counters=a"),
	];
	expect(await place.pass()).toEqual([100]);
	expect(place.asked.map(({ names }) => names)).toEqual([["a", "b"]]);
	expect(one.sent).toEqual([{ version: 10, birth: 1, values: { a: 5, b: 0 } }]);
	expect(other.sent).toEqual([{ version: 10, birth: 1, values: { a: 5 } }]);
});

test("a viewer of what others watch is answered at once, by nobody else", async () => {
	const place = new Place0();
	const role = place.live();
	place.admit(role, "counters=a,b");
	await place.pass();
	const late = place.admit(role, "counters=b");
	expect(late.sent).toEqual([{ version: 10, birth: 1, values: { b: 0 } }]);
	await place.pass();
	expect(place.asked).toHaveLength(1);
});

test("viewers get what changed of what they watch, and those of equal lists the same text", async () => {
	const place = new Place0();
	const role = place.live();
	const one = place.admit(role, "counters=a,b");
	const same = place.admit(role, "counters=b,a,a");
	const other = place.admit(role, "counters=c");
	await place.pass();
	expect(
		pushTo(role, {
			values: [
				["a", 6],
				["z", 1],
			],
		}),
	).toEqual({
		unwatched: ["z"],
		isAll: false,
	});
	expect(one.sent[1]).toEqual({ version: 20, birth: 1, values: { a: 6 } });
	expect(same.texts[1]).toBe(one.texts[1]);
	expect(other.sent).toHaveLength(1);
});

test("a lower turn never replaces a higher one", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a");
	await place.pass();
	pushTo(role, { to: 30, values: [["a", 9]] });
	// Given up by who sent it, and late.
	pushTo(role, { to: 20, values: [["a", 7]] });
	expect(viewer.sent.map(({ values }) => values)).toEqual([{ a: 5 }, { a: 9 }]);
	// So does the answer to a question from before a push.
	place.totals = {
		...place.totals,
		turn: 25,
		values: [
			["a", 8],
			["b", 1],
		],
	};
	const other = place.admit(role, "counters=a,b");
	await place.pass();
	expect(other.sent[0]?.values).toEqual({ a: 9, b: 1 });
});

test("what comes before a viewer's first totals is part of them", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a,b");
	pushTo(role, { to: 15, values: [["a", 6]] });
	expect(viewer.sent).toEqual([]);
	await place.pass();
	expect(viewer.sent).toEqual([
		{ version: 15, birth: 1, values: { a: 6, b: 0 } },
	]);
});

test("a push for another life is refused, with what is watched in this one", async () => {
	const place = new Place0();
	const first = place.live();
	const { life } = first.meet();
	const viewer = place.admit(first, "counters=a,b");
	await place.pass();
	const slept = place.live();
	const answer = slept.push({
		life,
		birth: 1,
		reset: 1,
		from: 10,
		to: 20,
		values: [["a", 1]],
	});
	expect(answer).toEqual({ life: slept.meet().life, names: ["a", "b"] });
	expect(slept.meet().life).not.toBe(life);
	expect(viewer.sent).toHaveLength(1);
	pushTo(slept, { values: [["a", 6]] });
	expect(viewer.sent[1]).toEqual({ version: 20, birth: 1, values: { a: 6 } });
});

test("a reset is told with all that a viewer watches, and precedes what was counted since", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a,b");
	await place.pass();
	pushTo(role, { values: [["b", 2]] });
	pushTo(role, { from: 20, reset: 25, to: 30, values: [["a", 1]] });
	expect(viewer.sent[2]).toEqual({
		version: 30,
		birth: 1,
		reset: true,
		values: { a: 1, b: 0 },
	});
	// From before the reset, and late: what it has, the reset has told.
	expect(pushTo(role, { to: 22, values: [["a", 7]] })).toMatchObject({
		unwatched: [],
	});
	expect(viewer.sent).toHaveLength(3);
	const other = place.admit(role, "counters=a");
	expect(other.sent[0]?.values).toEqual({ a: 1 });
});

test("a viewer that came after a reset is told of what changed only", async () => {
	const place = new Place0();
	const role = place.live();
	place.totals = { birth: 1, reset: 15, turn: 15, values: [["a", 5]] };
	const viewer = place.admit(role, "counters=a,b");
	await place.pass();
	pushTo(role, { reset: 15, values: [["a", 6]] });
	expect(viewer.sent[1]).toEqual({ version: 20, birth: 1, values: { a: 6 } });
	// So it is after a sleep, which forgets what viewers were shown …
	const slept = place.live();
	pushTo(slept, { reset: 15, to: 21, values: [["a", 6]] });
	expect(viewer.sent[2]).toEqual({ version: 21, birth: 1, values: { a: 6 } });
	// … until the next reset.
	pushTo(slept, { from: 21, reset: 25, to: 25, values: [["a", 6]] });
	expect(viewer.sent[3]).toEqual({
		version: 25,
		birth: 1,
		reset: true,
		values: { a: 6, b: 0 },
	});
	const again = place.live();
	pushTo(again, { from: 21, reset: 25, to: 30, values: [["b", 1]] });
	expect(viewer.sent[4]).toEqual({ version: 30, birth: 1, values: { b: 1 } });
});

test("a viewer is sent nothing that it was shown before", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a,b");
	await place.pass();
	// All that is watched, as after a start of the global object.
	pushTo(role, { values: [["a", 5]] });
	expect(viewer.sent).toHaveLength(1);
	pushTo(role, {
		from: 20,
		to: 30,
		values: [
			["a", 5],
			["b", 1],
		],
	});
	expect(viewer.sent[1]).toEqual({ version: 30, birth: 1, values: { b: 1 } });
});

test("a viewer is shown by the next push what another was answered meanwhile", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a,b");
	await place.pass();
	place.totals = { ...place.totals, turn: 15, values: [["a", 6]] };
	const ahead = place.admit(role, "counters=a&since=12&birth=1");
	await place.pass();
	expect(ahead.sent[0]?.values).toEqual({ a: 6 });
	// Began before that answer.
	pushTo(role, { to: 12, values: [["b", 1]] });
	expect(viewer.sent[1]?.values).toEqual({ a: 6, b: 1 });
	pushTo(role, { from: 12, to: 15, values: [["a", 6]] });
	expect([viewer.sent.length, ahead.sent.length]).toEqual([2, 1]);
});

test("a reset that comes late takes nothing back that was learned in its turn", async () => {
	const place = new Place0();
	const role = place.live();
	place.totals.turn = 20;
	place.admit(role, "counters=a");
	await place.pass();
	pushTo(role, { from: 0, reset: 1, to: 20 });
	expect(place.admit(role, "counters=a").sent[0]?.values).toEqual({ a: 5 });
});

test("totals of before a reset are asked for again, if an answer tells of it first", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a");
	await place.pass();
	place.totals = { birth: 1, reset: 25, turn: 25, values: [] };
	place.admit(role, "counters=b");
	await place.pass();
	const late = place.admit(role, "counters=a");
	expect(late.sent).toEqual([]);
	await place.pass();
	expect(late.sent[0]?.values).toEqual({ a: 0 });
	// It gets the reset from the push.
	expect(viewer.sent).toHaveLength(1);
	pushTo(role, { from: 10, reset: 25, to: 25 });
	expect(viewer.sent[1]).toEqual({
		version: 25,
		birth: 1,
		reset: true,
		values: { a: 0 },
	});
});

test.each([
	{ seen: "since=10&birth=1", reset: false, asks: 0 },
	{ seen: "since=9&birth=1", reset: false, asks: 0 },
	{ seen: "since=11&birth=1", reset: false, asks: 1 },
	{ seen: "since=13&birth=1", reset: true, asks: 1 },
	{ seen: "since=4&birth=1", reset: true, asks: 0 },
	{ seen: "since=10&birth=2", reset: true, asks: 0 },
])(
	"a viewer that has $seen is told of a reset: $reset",
	async ({ seen, reset, asks }) => {
		const place = new Place0();
		place.totals.reset = 5;
		const role = place.live();
		place.admit(role, "counters=a");
		await place.pass();
		place.asked.length = 0;
		place.totals = { ...place.totals, turn: 12 };
		const viewer = place.admit(role, `counters=a&${seen}`);
		await place.pass();
		expect(viewer.sent).toHaveLength(1);
		expect(viewer.sent[0]?.reset ?? false).toBe(reset);
		expect(viewer.sent[0]?.values).toEqual({ a: 5 });
		expect(place.asked).toHaveLength(asks);
	},
);

test("totals of another storage are not mixed with those of a lost one", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a");
	await place.pass();
	const { life } = role.meet();
	const push = {
		life,
		birth: 7,
		reset: 7,
		from: 6,
		to: 8,
		values: [["a", 1]] as const,
	};
	expect(role.push(push)).toMatchObject({ names: ["a"] });
	expect(role.meet().life).not.toBe(life);
	expect(viewer.sent).toHaveLength(1);
	pushTo(role, push);
	pushTo(role, { ...push, life: role.meet().life });
	expect(viewer.sent[1]).toEqual({
		version: 8,
		birth: 7,
		reset: true,
		values: { a: 1 },
	});
});

test("who watches all counters gets each, and 0 for what was reset", async () => {
	const place = new Place0();
	place.totals.values = [
		["a", 5],
		["__proto__", 3],
	];
	const role = place.live();
	const viewer = place.admit(role, "");
	await place.pass();
	expect(place.asked[0]?.names).toBe(true);
	expect(viewer.texts[0]).toContain('{"a":5,"__proto__":3}');
	expect(pushTo(role, { values: [["new", 1]] })).toEqual({
		unwatched: [],
		isAll: true,
	});
	expect(viewer.sent[1]?.values).toEqual({ new: 1 });
	const named = place.admit(role, "counters=never,new");
	expect(named.sent[0]?.values).toEqual({ never: 0, new: 1 });
	role.left(viewer);
	expect(role.meet().names).toEqual(["never", "new"]);
});

test("more counters than one may follow are refused", async () => {
	const place = new Place0();
	place.totals.values = Array.from(
		{ length: 10_001 },
		(_, n) => [`n${n}`, n] as const,
	);
	const role = place.live();
	const viewer = place.admit(role, "");
	await place.pass();
	expect([viewer.closed, viewer.sent]).toEqual([1008, []]);
	expect(role.meet().names).toEqual([]);
});

test("what nobody watches any more is not kept", async () => {
	const place = new Place0();
	const role = place.live();
	const viewer = place.admit(role, "counters=a");
	await place.pass();
	role.left(viewer);
	expect(role.meet().names).toEqual([]);
	expect(pushTo(role, { values: [["a", 6]] })).toMatchObject({ names: [] });
	const other = place.admit(role, "counters=a");
	expect(other.sent).toEqual([]);
});

test("what it is asking for stays watched, though its viewers left", async () => {
	const place = new Place0();
	let answer = (_: Watched) => {};
	const role = place.live();
	const viewer = place.admit(role, "counters=a");
	const asked = new Promise<Watched>((resolve) => {
		answer = resolve;
	});
	place.totals = asked as unknown as Watched;
	await place.pass();
	role.left(viewer);
	expect(role.meet().names).toEqual(["a"]);
	expect(pushTo(role, { values: [["a", 6]] })).toEqual({
		unwatched: [],
		isAll: false,
	});
	const other = place.admit(role, "counters=a");
	answer({ birth: 1, reset: 1, turn: 10, values: [["a", 5]] });
	await idle();
	expect(other.sent.at(-1)?.values).toEqual({ a: 6 });
});

test("it asks again until the global object answers, ever later", async () => {
	const place = new Place0();
	place.fails = 3;
	const role = place.live();
	const viewer = place.admit(role, "counters=a");
	const waits: number[] = [];
	while (viewer.sent.length === 0) waits.push(...(await place.pass()));
	expect(place.asked).toHaveLength(4);
	expect(waits[0]).toBe(100);
	expect(waits[3]).toBeGreaterThan(waits[1] ?? Infinity);
	expect(place.logged("watch-failed")).toHaveLength(3);
});

test("a slow viewer gets nothing, then the latest of what it lacks", async () => {
	const place = new Place0();
	const role = place.live();
	const slow = place.admit(role, "counters=a,b,c");
	await place.pass();
	slow.bufferedAmount = 65 * 1024;
	pushTo(role, { values: [["a", 6]] });
	pushTo(role, {
		from: 20,
		to: 30,
		values: [
			["a", 7],
			["b", 1],
		],
	});
	await place.pass();
	expect(slow.sent).toHaveLength(1);
	slow.bufferedAmount = 1_000;
	await place.pass();
	expect(slow.sent[1]).toEqual({
		version: 30,
		birth: 1,
		values: { a: 7, b: 1 },
	});
	await place.pass();
	expect(place.waiting).toEqual([]);
});

test("a slow viewer is told of a reset before anything that came after", async () => {
	const place = new Place0();
	const role = place.live();
	const slow = place.admit(role, "counters=a,b");
	await place.pass();
	slow.bufferedAmount = 65 * 1024;
	pushTo(role, { values: [["b", 7]] });
	// Somebody comes and is told of a reset, which is still to be pushed.
	place.totals = { birth: 1, reset: 25, turn: 25, values: [["c", 1]] };
	const late = place.admit(role, "counters=c");
	await place.pass();
	slow.bufferedAmount = 0;
	await place.pass();
	expect([slow.sent.length, late.sent[0]?.values]).toEqual([1, { c: 1 }]);
	slow.bufferedAmount = 65 * 1024;
	pushTo(role, { from: 20, reset: 25, to: 25, values: [["a", 1]] });
	pushTo(role, { from: 25, reset: 25, to: 30, values: [["b", 2]] });
	slow.bufferedAmount = 0;
	await place.pass();
	expect(slow.sent.slice(1)).toEqual([
		{ version: 30, birth: 1, reset: true, values: { a: 1, b: 2 } },
	]);
});

test("a viewer that is slow for a minute is sent away", async () => {
	const place = new Place0();
	const role = place.live();
	const slow = place.admit(role, "counters=a");
	await place.pass();
	slow.bufferedAmount = 65 * 1024;
	pushTo(role, { values: [["a", 6]] });
	for (let n = 0; n < 62 && slow.closed === undefined; n++) await place.pass();
	expect(slow.closed).toBe(1013);
	await place.pass();
	expect(place.waiting).toEqual([]);
});

test("a viewer that has sent no ping for a minute is sent away at the next push", async () => {
	const place = new Place0();
	const role = place.live();
	const silent = place.admit(role, "counters=a");
	await place.pass();
	place.pingedAt = place.now;
	place.now += 61_000;
	pushTo(role, { values: [["a", 6]] });
	expect(silent.closed).toBe(1013);
	expect(silent.sent).toHaveLength(1);
});

test("a viewer that says anything but ping is sent away", async () => {
	const place = new Place0();
	const role = place.live();
	const loud = place.admit(role, "counters=a");
	role.messaged(loud);
	expect(loud.closed).toBe(1008);
});

test("a socket whose attachment is of other code is sent away, to come back", () => {
	const place = new Place0();
	const socket = new Socket();
	socket.serializeAttachment({ format: 2 });
	place.sockets.push(socket);
	expect(place.live().meet().names).toEqual([]);
	expect(socket.closed).toBe(1012);
});

test("there is room for 10,000 viewers, and for the names that they watch", () => {
	const place = new Place0();
	const role = place.live();
	for (let n = 0; n < 9_999; n++) place.admit(role, "counters=a");
	expect(role.hasRoom(["b"])).toBe(true);
	place.admit(role, "counters=a");
	expect(role.hasRoom(["a"])).toBe(false);

	const names = new Place0().live();
	const list = (n: number) =>
		Array.from({ length: 100 }, (_, i) => `${n}-${i}`);
	for (let n = 0; n < 100; n++) place.admit(names, `counters=${list(n)}`);
	expect(names.hasRoom(["0-0"])).toBe(true);
	expect(names.hasRoom(["another"])).toBe(false);
});

test.each([
	[`counters=${Array.from({ length: 101 }, (_, n) => n)}`, "too-many-names"],
	[
		`counters=${Array.from({ length: 40 }, (_, n) => `${n}`.padEnd(256, "x"))}`,
		"too-many-names",
	],
	["counters=", "invalid-counter-name"],
	["counters=,&counters", "invalid-counter-name"],
	["counters=a&since=1", "invalid-since"],
	["counters=a&birth=1", "invalid-since"],
	["counters=a&since=x&birth=1", "invalid-since"],
])("what may not be asked for is refused, case %#", (query, code) => {
	expect(() => asked(query)).toThrow(
		expect.objectContaining({ problem: expect.objectContaining({ code }) }),
	);
});
