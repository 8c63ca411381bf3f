import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Cluster } from "./cluster.ts";
import { Disk, diskFull, isDiskFull } from "./disk.ts";
import { makeRole, type Role } from "./host.ts";
import type { SimulatedSocket } from "./sockets.ts";
import { Storage } from "./storage.ts";

/** The platform gives up on an alarm after so many runs that failed. */
const ALARM_RUNS = 7;

/**
 * An alarm handler may take 15 minutes.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
const ALARM_LIMIT_MS = 900_000;

/** A durable alarm, and how often it has run without success. */
interface PendingAlarm {
	at: number;
	failedRuns: number;
}

/** An object from its start to its crash. */
export interface Life {
	readonly object: SimulatedObject;
	readonly settings: CounterSettings;
	/** Milliseconds by which its clock is off. */
	readonly skew: number;
	/** Tells whether it is a global object whose code keeps a journal. */
	readonly hasJournal: boolean;
	/** Tells whether it is a shard whose code knows of history. */
	readonly hasHistory: boolean;
	/** Tells whether its code knows of bounds. */
	readonly hasBounds: boolean;
	alive: boolean;
	/** Calls and timers that it waits for. */
	busy: number;
}

/** A life that has begun. */
export type Incarnation = Life & { role: Role };

/** Someone waits for an answer of this object. */
interface Inbound {
	fail(why: string): void;
}

/**
 * A Durable Object: storage that survives, memory that does not, one alarm,
 * and the output gate, which holds what it sends until what it wrote before is
 * durable.
 */
export class SimulatedObject {
	readonly name: string;
	readonly disk: Disk;
	storage: Storage;
	readonly #cluster: Cluster;
	readonly inbound = new Set<Inbound>();
	/** Open WebSockets: they stay while it sleeps. */
	readonly sockets = new Set<SimulatedSocket>();
	incarnation: Incarnation | undefined;
	/** Statements that wrote, or took back what was written. */
	writes = 0;
	/** The platform has given up on the alarm, or an object died that could not set it. */
	alarmDropped = false;
	/** The disk did not take the alarm that was asked for last. */
	alarmRefused = false;
	/** Under which settings it last wrote: those its alarm was set by. */
	lastSettings: CounterSettings | undefined;
	/** Times that it waited for a commit, its alarm was set, and rang. */
	syncs = 0;
	alarmsSet = 0;
	rings = 0;
	#gated: (() => void)[] = [];
	#dirty = false;
	#durableAlarm: PendingAlarm | undefined;
	#alarm: PendingAlarm | undefined;
	#alarmRunning: PendingAlarm | undefined;
	#alarmMissed = false;
	/** Events of an earlier schedule of the alarm or commit are void. */
	#alarmToken = 0;
	#commitToken = 0;

	constructor(name: string, cluster: Cluster) {
		this.name = name;
		this.#cluster = cluster;
		this.disk = new Disk(cluster, name);
		this.storage = new Storage(() => this.#wrote(), this.disk);
	}

	get isShard(): boolean {
		return this.name.startsWith("shard");
	}

	get isArmed(): boolean {
		return this.#durableAlarm !== undefined;
	}

	get isDirty(): boolean {
		return this.#dirty;
	}

	/** Time at which its alarm rings, durable or not; milliseconds since 1970. */
	get alarmAt(): number | undefined {
		return this.#alarm?.at;
	}

	get isRinging(): boolean {
		return this.#alarmRunning !== undefined;
	}

	/**
	 * The running incarnation; starts one under the latest settings. None if its
	 * constructor throws.
	 */
	start(): Incarnation | undefined {
		if (this.incarnation) return this.incarnation;
		const cluster = this.#cluster;
		const { skew } = cluster.faults;
		cluster.clocks.restart(this.name);
		const life: Life = {
			object: this,
			settings: cluster.settingsForStart(),
			skew: cluster.random.int(-skew, skew),
			hasJournal: !(
				this.name === "global" && cluster.random.chance(cluster.withoutJournal)
			),
			hasHistory: !(
				this.isShard && cluster.random.chance(cluster.withoutHistory)
			),
			hasBounds: !cluster.random.chance(cluster.withoutBounds),
			alive: true,
			busy: 0,
		};
		if (!this.storage.has("shard")) cluster.epochs++;
		cluster.onCall(this);
		cluster.trace(
			this.name,
			`starts (skew ${life.skew} ms${life.hasJournal ? "" : ", no journal"}${life.hasHistory ? "" : ", no history"}${life.hasBounds ? "" : ", no bounds"})`,
		);
		try {
			this.incarnation = Object.assign(life, { role: makeRole(cluster, life) });
			cluster.onStart(this, life);
		} catch (error) {
			if (!isDiskFull(error)) throw error;
			cluster.trace(this.name, `DOES NOT START: ${error}`);
			life.alive = false;
			if (cluster.random.chance(0.5)) this.#die();
		}
		return this.incarnation;
	}

	/** Resolves once all that it wrote so far is durable. */
	sync(life: Life): Promise<void> {
		const { random, faults, scheduler } = this.#cluster;
		this.syncs++;
		if (!random.chance(faults.syncFails))
			return new Promise((resolve) => this.gate(() => life.alive && resolve()));
		this.#cluster.trace(this.name, "cannot commit");
		this.#cluster.troubles.add([this.name], scheduler.now);
		// Resets the object, and what it could not commit is lost; or all is well.
		if (random.chance(0.5))
			scheduler.after(random.int(0, 20), () => this.#reset(life));
		return new Promise((_, reject) =>
			this.#cluster.later(() => life.alive && reject(diskFull())),
		);
	}

	/** Memory, undurable writes and unsent messages are gone. */
	crash(): void {
		if (!this.incarnation) return;
		this.#cluster.trace(
			this.name,
			`CRASH${this.#dirty ? ", undurable writes are lost" : ""}`,
		);
		this.incarnation.alive = false;
		this.incarnation = undefined;
		for (const socket of [...this.sockets]) socket.drop();
		this.#die();
	}

	/** Forgets all but its sockets, unless it is busy. */
	sleep(): void {
		if (!this.incarnation || this.incarnation.busy > 0) return;
		if (this.inbound.size > 0 || this.#dirty) return;
		this.#cluster.trace(this.name, "sleeps");
		this.incarnation.alive = false;
		this.incarnation = undefined;
	}

	/** A viewer has closed its socket. */
	viewerLeft(socket: SimulatedSocket): void {
		const role = this.start()?.role;
		if (role && "left" in role) role.left(socket);
	}

	#die(): void {
		this.storage.rollback();
		this.writes++;
		this.#cluster.troubles.add([this.name], this.#cluster.scheduler.now);
		this.#dirty = false;
		this.#commitToken++;
		this.#gated = [];
		for (const { fail } of this.inbound) fail(`${this.name} crashed`);
		this.inbound.clear();
		this.#alarm = this.#durableAlarm;
		if (this.alarmRefused) this.alarmDropped = true;
		this.alarmRefused = false;
		const running = this.#alarmRunning;
		this.#alarmRunning = undefined;
		this.#alarmMissed = false;
		if (running && running === this.#durableAlarm) this.#alarmFailed(running);
		else this.#scheduleAlarm();
	}

	/** Loses its disk too, and starts over. */
	wipe(): void {
		this.crash();
		this.#cluster.trace(this.name, "LOSES ITS STORAGE");
		this.storage.close();
		this.storage = new Storage(() => this.#wrote(), this.disk);
		this.#durableAlarm = undefined;
		this.#alarm = undefined;
		this.#alarmToken++;
	}

	/** Runs `send` once all that was written so far is durable. */
	gate(send: () => void): void {
		if (this.#dirty && !this.#cluster.bend.ungated) this.#gated.push(send);
		else send();
	}

	/** Sets its alarm, unless the disk does not take it: then it may be reset, too. */
	askAlarm(life: Life, at: number | undefined): void | Promise<void> {
		this.alarmRefused = this.disk.alarm();
		if (!this.alarmRefused) return this.setAlarm(at);
		const { random, scheduler } = this.#cluster;
		this.#cluster.trace(this.name, "cannot set its alarm");
		if (random.chance(0.3))
			scheduler.after(random.int(0, 20), () => this.#reset(life));
		if (random.chance(0.5)) throw diskFull();
		return Promise.reject(diskFull());
	}

	/** Resets the object that could not write, unless nothing fails any more. */
	#reset(life: Life): void {
		const { syncFails, alarmFails } = this.#cluster.faults;
		if (life === this.incarnation && syncFails + alarmFails > 0) this.crash();
	}

	setAlarm(at: number | undefined): void {
		if (at !== undefined) this.alarmsSet++;
		this.#alarm = at === undefined ? undefined : { at, failedRuns: 0 };
		this.#wrote();
	}

	#wrote(): void {
		this.writes++;
		if (this.#dirty) return;
		this.#dirty = true;
		const { random, faults, scheduler } = this.#cluster;
		const token = ++this.#commitToken;
		const wait = random.chance(faults.slowCommit)
			? random.int(20, 500)
			: random.int(0, 10);
		scheduler.after(wait, () => {
			if (token === this.#commitToken) this.#commit();
		});
	}

	#commit(): void {
		this.storage.commit();
		this.#dirty = false;
		this.lastSettings = this.incarnation?.settings;
		if (this.#durableAlarm !== this.#alarm) {
			this.#durableAlarm = this.#alarm;
			this.alarmDropped = false;
			this.#scheduleAlarm();
		}
		this.#cluster.trace(
			this.name,
			`commits${this.#durableAlarm ? `, alarm at ${this.#cluster.show(this.#durableAlarm.at)}` : ""}`,
		);
		const gated = this.#gated;
		this.#gated = [];
		for (const send of gated) send();
		this.#cluster.onCommit(this);
	}

	/** The alarm service's clock jumped, stopped or goes on. */
	alarmsGoOtherwise(): void {
		if (!this.#alarmRunning) this.#scheduleAlarm();
	}

	#scheduleAlarm(notBefore = 0): void {
		const token = ++this.#alarmToken;
		const alarm = this.#durableAlarm;
		if (!alarm) return;
		const { random, faults, scheduler, clocks } = this.#cluster;
		const late = random.chance(faults.lateAlarm)
			? random.int(20, 8_000)
			: random.int(0, 10);
		const wait = Math.max(
			clocks.alarmIn(this.#cluster.fromEpoch(alarm.at)),
			notBefore,
			0,
		);
		// Once the clock goes on, this is called again.
		if (wait === Infinity) return;
		scheduler.after(wait + late, () => {
			if (token === this.#alarmToken) this.#ring(alarm);
		});
	}

	#ring(alarm: PendingAlarm): void {
		if (this.#alarmRunning) {
			// Never two at a time: it rings once the other has ended.
			this.#alarmMissed = true;
			return;
		}
		const isNew = this.incarnation === undefined;
		const started = this.start();
		if (!started) {
			if (this.#durableAlarm === alarm) this.#alarmFailed(alarm);
			return;
		}
		const { role } = started;
		// A start that set another alarm takes the place of this one, or not yet.
		if (isNew && this.#alarm !== alarm && this.#cluster.random.chance(0.5))
			return;
		this.rings++;
		this.#cluster.trace(this.name, "alarm rings");
		this.#cluster.onRing(this);
		this.#alarmRunning = alarm;
		const { incarnation } = this;
		const ended = (how: "well" | "thrown" | "too late") => {
			if (!incarnation?.alive || this.#alarmRunning !== alarm) return;
			this.#alarmRunning = undefined;
			if (how === "thrown")
				this.#cluster.report(`the alarm of ${this.name} threw`);
			if (this.#alarm === alarm)
				if (how === "well") this.setAlarm(undefined);
				else this.#alarmFailed(alarm);
			if (this.#alarmMissed) this.#scheduleAlarm();
			this.#alarmMissed = false;
			if (how === "well") this.#perhapsAgain();
		};
		role.alarm().then(
			() => ended("well"),
			() => ended("thrown"),
		);
		this.#cluster.scheduler.after(ALARM_LIMIT_MS, () => ended("too late"));
	}

	/** At least once may be twice. */
	#perhapsAgain(): void {
		const { random, faults, scheduler } = this.#cluster;
		if (!random.chance(faults.alarmTwice)) return;
		scheduler.after(random.int(0, 3_000), () => {
			this.#cluster.trace(this.name, "alarm rings a second time");
			this.start()
				?.role.alarm()
				.catch(() => this.#cluster.report(`the alarm of ${this.name} threw`));
		});
	}

	#alarmFailed(alarm: PendingAlarm): void {
		alarm.failedRuns++;
		if (alarm.failedRuns < ALARM_RUNS) {
			this.#scheduleAlarm(2_000 * 2 ** (alarm.failedRuns - 1));
			return;
		}
		this.#cluster.trace(this.name, "the platform drops the alarm");
		this.#durableAlarm = undefined;
		this.#alarm = undefined;
		this.alarmDropped = true;
	}
}
