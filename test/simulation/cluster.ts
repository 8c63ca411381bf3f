import { PAGE_BYTES } from "../../templates/runtime/global/page-storage.ts";
import { RPC_TIMEOUT_MS } from "../../templates/runtime/object/deadline.ts";
import type { Batch } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Bend, Options } from "./bend.ts";
import { Clocks } from "./clocks.ts";
import { isDiskFull, perhapsFill, perhapsLose } from "./disk.ts";
import { type Faults, NO_FAULTS } from "./faults.ts";
import { type Isolate, makeIsolates } from "./isolates.ts";
import { SimulatedKv } from "./kv.ts";
import { type Life, SimulatedObject } from "./object.ts";
import { Outages } from "./outages.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import { Scheduler } from "./scheduler.ts";
import { keysAreOn, totalOf } from "./settings.ts";
import { clockOf, Troubles } from "./troubles.ts";

/** Start of the virtual clock, since 1970. */
const EPOCH_MS = 1_800_000_000_000;

/** Calls between objects that may be delivered once more, even much later. */
const REPEATABLE = new Set([
	"apply",
	"claim",
	"drain",
	"holdings",
	"lend",
	"meet",
	"push",
	"recall",
	"register",
	"watch",
]);

/** Calls between objects that lend, take back or count what was lent. */
const LENDING = new Set(["apply", "drain", "lend", "recall"]);

/** The longest that one of these takes, each way, by `lateLoans`; milliseconds. */
const LATE_MS = 30_000;

/** An object gives up a call that is never answered within so long. */
const GIVEN_UP_MS = 30_000;

/** A caller's error for a call that the network or a crash took. */
class CallFailed extends Error {}

/** All objects of a namespace, the network between them, KV, and the clock. */
export class Cluster {
	readonly random: Random;
	readonly scheduler: Scheduler;
	readonly runtime: Runtime;
	readonly bend: Bend;
	readonly clocks: Clocks;
	readonly kv: SimulatedKv;
	/** The first one is where the objects live. */
	readonly isolates: readonly [Isolate, ...Isolate[]];
	readonly troubles = new Troubles();
	readonly outages: Outages = new Outages(this);
	/** Most bytes of JSON in a page of totals. */
	readonly pageBytes: number;
	readonly objects = new Map<string, SimulatedObject>();
	/** Calls of objects to others, by method. */
	readonly calls = new Map<string, number>();
	/** Entries of batches that the global object was sent. */
	entriesApplied = 0;
	readonly findings: string[] = [];
	/** Times that a shard began with empty storage. */
	epochs = 0;
	/** A shard has lost its disk, or ran code without bounds: its loans may be lost with it. */
	hasLostLoans = false;
	/** From then on promises hold as if nothing had ever failed. */
	healthyAt = Infinity;
	/** Moments at which the global object lost its disk. */
	readonly lostTotals: number[] = [];
	readonly lines: string[] | undefined;
	/** Settings that were deployed last. */
	settings: CounterSettings;
	faults: Faults;
	/** Probability that the global object starts with code that has no journal. */
	readonly withoutJournal: number;
	/** Probability that a shard starts with code from before history. */
	readonly withoutHistory: number;
	/** Probability that an object starts with code from before bounds. */
	withoutBounds: number;
	/** Code with bounds may run beside such without. */
	readonly mixesBounds: boolean;
	/** Milliseconds that objects may be started with code from before a deploy. */
	readonly #oldObjects: number;
	/** Code from before, and until when it may still be started. */
	#before: { settings: CounterSettings; until: number }[] = [];

	constructor(
		random: Random,
		runtime: Runtime,
		settings: CounterSettings,
		faults: Faults,
		options: Options = {},
	) {
		const { traced = false, bend = {}, pageBytes = PAGE_BYTES } = options;
		const { placesElsewhere = 0, isolates = 1 } = options;
		this.random = random;
		this.scheduler = new Scheduler(random);
		this.runtime = runtime;
		this.settings = settings;
		this.faults = faults;
		this.bend = bend;
		this.pageBytes = pageBytes;
		this.withoutJournal = options.withoutJournal ?? 0;
		this.withoutHistory = options.withoutHistory ?? 0;
		this.withoutBounds = options.withoutBounds ?? 0;
		this.mixesBounds = options.mixesBounds ?? false;
		this.#oldObjects = options.oldObjects ?? 15_000;
		this.clocks = new Clocks(random, this.scheduler, faults);
		this.clocks.onAlarms = () => {
			for (const object of this.objects.values()) object.alarmsGoOtherwise();
		};
		this.clocks.onJump = (name) =>
			this.troubles.add([clockOf(name)], this.scheduler.now);
		this.kv = new SimulatedKv(this, placesElsewhere);
		this.isolates = makeIsolates(runtime, placesElsewhere, isolates, (name) =>
			this.toEpoch(this.clocks.read(name)),
		);
		this.lines = traced ? [] : undefined;
	}

	/** Puts other code and configuration in the place of what there is. */
	deploy(settings: CounterSettings): void {
		this.trace("DEPLOY", JSON.stringify(settings));
		const until = this.scheduler.now + this.#oldObjects;
		this.#before.push({ settings: this.settings, until });
		this.settings = settings;
	}

	/** Picks the settings that an object starts under: after a deploy perhaps those from before. */
	settingsForStart(): CounterSettings {
		const { now } = this.scheduler;
		this.#before = this.#before.filter(({ until }) => until > now);
		return this.#before.length > 0 && this.random.chance(0.3)
			? this.random.pick(this.#before).settings
			: this.settings;
	}

	toEpoch(moment: number): number {
		return EPOCH_MS + moment;
	}

	fromEpoch(ms: number): number {
		return ms - EPOCH_MS;
	}

	show(ms: number): string {
		return `${ms - EPOCH_MS}`;
	}

	trace(who: string, what: string): void {
		this.lines?.push(
			`${String(this.scheduler.now).padStart(7)} ms  ${who.padEnd(8)} ${what}`,
		);
	}

	report(finding: string): void {
		this.trace("FINDING", finding);
		this.findings.push(finding);
	}

	object(name: string): SimulatedObject {
		let object = this.objects.get(name);
		if (!object) {
			object = new SimulatedObject(name, this);
			this.objects.set(name, object);
		}
		return object;
	}

	/** One step of the schedule, and perhaps a crash after it. */
	async step(): Promise<void> {
		await this.scheduler.step();
		this.onStep();
		this.clocks.step();
		const { random, faults } = this;
		if (random.chance(faults.crash)) {
			const running = [...this.objects.values()].filter((o) => o.incarnation);
			if (running.length > 0) random.pick(running).crash();
		}
		if (random.chance(faults.sleep))
			random.pick([...this.objects.values()])?.sleep();
		perhapsFill(this);
		perhapsLose(this);
		this.outages.perhapsBegin();
		// A crash has taken back what was not durable.
		this.onStep();
	}

	/** From now on nothing fails, and the last deploy has arrived everywhere. */
	calm(): void {
		this.faults = NO_FAULTS;
		this.clocks.calm(NO_FAULTS);
		this.#before = [];
		this.withoutBounds = 0;
	}

	/** Runs something after as long as a message takes, to or from somebody. */
	later(run: () => void, ...who: (string | undefined)[]): void {
		const { random, faults } = this;
		const isSlow = random.chance(faults.slow);
		const wait = isSlow
			? random.int(20, random.chance(0.2) ? 30_000 : 2_000)
			: random.int(0, 10);
		const { now } = this.scheduler;
		if (isSlow) this.troubles.add(who, now, now + wait);
		this.scheduler.after(wait, run);
	}

	/** Runs something at once or, if a fault has it, after a while. */
	#delay(
		probability: number,
		longest: number,
		who: readonly (string | undefined)[],
		run: () => void,
	): void {
		const { random, scheduler, troubles } = this;
		if (!random.chance(probability)) {
			run();
			return;
		}
		const wait = random.int(20, longest);
		troubles.add(who, scheduler.now, scheduler.now + wait);
		scheduler.after(wait, run);
	}

	/** A call to an object, from another one or, without `from`, a Worker. */
	call<T>(
		from: Life | undefined,
		to: string,
		method: string,
		args: readonly unknown[],
	): Promise<T> {
		const { random } = this;
		const what = `${to}.${method}(${this.lines ? JSON.stringify(args).slice(1, -1) : ""})`;
		const caller = from?.object.name ?? "worker";
		if (from) this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
		if (method === "apply")
			this.entriesApplied += (args as [Batch])[0].entries.length;
		return new Promise<T>((resolve, reject) => {
			let isSettled = false;
			const settle = (run: () => void) => {
				if (isSettled || from?.alive === false) return;
				isSettled = true;
				run();
			};
			const who = [to, from?.object.name];
			const lateness = () =>
				from && LENDING.has(method) ? this.faults.lateLoans : 0;
			const fail = (why: string) => {
				// Felt until the caller knows of it.
				const { now } = this.scheduler;
				this.later(() => {
					this.troubles.add(who, now, this.scheduler.now);
					settle(() => reject(new CallFailed(why)));
				}, to);
			};
			const sentAt = this.scheduler.now;
			const answer = (ok: boolean, value: unknown) => {
				// Its caller has given up, and it was done all the same.
				const late = [`late ${method}`];
				if (this.scheduler.now > sentAt + RPC_TIMEOUT_MS)
					this.troubles.add(late, sentAt, this.scheduler.now);
				if (from && random.chance(this.faults.hangs)) {
					const { now } = this.scheduler;
					this.troubles.add(who, now, now + GIVEN_UP_MS);
					return this.trace(caller, `${what} is never answered`);
				}
				if (random.chance(this.faults.answerLost)) {
					this.trace(caller, `answer of ${what} is lost`);
					return fail("the answer was lost");
				}
				const copy = ok ? structuredClone(value) : undefined;
				const arrive = () =>
					settle(() => {
						this.trace(
							caller,
							`gets ${this.lines ? JSON.stringify(copy) : ""} from ${what}${ok ? "" : ` FAILED ${value}`}`,
						);
						if (ok) resolve(copy as T);
						else reject(value);
					});
				this.#delay(lateness(), LATE_MS, who, () => this.later(arrive, ...who));
			};
			const send = () => {
				if (this.outages.includes(to) || random.chance(this.faults.lost)) {
					this.trace(caller, `call ${what} is lost`);
					return fail("the call was lost");
				}
				const deliver = () =>
					this.later(
						() => this.#deliver(to, method, args, what, answer, fail),
						...who,
					);
				this.#delay(from ? this.faults.slowCalls : 0, 9_000, who, () =>
					this.#delay(lateness(), LATE_MS, who, deliver),
				);
				if (REPEATABLE.has(method) && random.chance(this.faults.duplicate))
					this.scheduler.after(random.int(0, 20_000), () => {
						const { now } = this.scheduler;
						this.#deliver(
							to,
							method,
							args,
							`${what} again`,
							() =>
								this.troubles.add([`late ${method}`], now, this.scheduler.now),
							() => {},
						);
					});
			};
			if (from) from.object.gate(send);
			else send();
		});
	}

	/** Called by an object after each commit … */
	onCommit: (object: SimulatedObject) => void = () => {};
	/** … whenever its alarm rings … */
	onRing: (object: SimulatedObject) => void = () => {};
	/** … when it starts, or is called … */
	onCall: (object: SimulatedObject) => void = () => {};
	/** … and once it has started. */
	onStart: (object: SimulatedObject, life: Life) => void = () => {};
	/** Called when the global object looks at its clock. */
	onLook: (shown: number) => void = () => {};
	/** Called after each step. */
	onStep: () => void = () => {};

	#deliver(
		to: string,
		method: string,
		args: readonly unknown[],
		what: string,
		answer: (ok: boolean, value: unknown) => void,
		fail: (why: string) => void,
	): void {
		const object = this.object(to);
		const incarnation = object.start();
		if (!incarnation) {
			fail(`${to} does not start`);
			return;
		}
		this.onCall(object);
		this.trace(to, `runs ${what}`);
		// A shard without keys cannot say whether one was counted there.
		if (method === "claim" && !keysAreOn(incarnation.settings))
			this.troubles.add([to], this.scheduler.now);
		// Code without bounds lends nothing, and is lent nothing.
		if (this.mixesBounds && !totalOf(incarnation))
			this.troubles.add([to], this.scheduler.now);
		const inbound = { fail };
		object.inbound.add(inbound);
		const respond = (ok: boolean, value: unknown) => {
			if (!incarnation.alive) return;
			const { now } = this.scheduler;
			object.gate(() => {
				object.inbound.delete(inbound);
				// Felt until the caller knows of it, who may have been asked meanwhile.
				if (!ok && isDiskFull(value))
					this.troubles.add([to], now, this.scheduler.now);
				answer(ok, value);
			});
		};
		type Methods = Record<string, (...args: unknown[]) => unknown>;
		const role = incarnation.role as unknown as Methods;
		const run = async () => {
			// Or of what lends, where the code has bounds.
			const place = role[method] ? role : (role.bounds as unknown as Methods);
			if (!place?.[method]) throw new Error(`${to} has no ${method}`);
			return place[method](...structuredClone(args));
		};
		run().then(
			(value) => respond(true, value),
			(error) => {
				// A mistake of ours or of the runtime: roles throw plain errors.
				if (!(error instanceof CallFailed) && error.constructor !== Error)
					this.report(`${what} threw ${error}`);
				if ("code" in error) this.report(`${what} threw ${error}`);
				respond(false, error);
			},
		);
	}
}
