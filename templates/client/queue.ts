import { type Api, TIMEOUT_MS } from "./api.ts";
import { page, sleep } from "./page.ts";
import { CounterProblem } from "./problem.ts";

/** Namespace as the Worker has it. */
export interface Namespace {
	/** Its mount; empty for the root. */
	path: string;
	/** Bounds of one increment. */
	min: number;
	max: number;
	/** Time in which a key counts once; 0 if the namespace takes no keys. */
	windowMs: number;
}

/** Options of an increment, which then travels in a request of its own. */
export interface CountOptions {
	/** Idempotency key; the client makes one otherwise. */
	key?: string;
	/** Gives up. It may have been counted all the same. */
	signal?: AbortSignal;
}

/** Time in which increments gather for one request. */
const GATHER_MS = 50;

/** Most requests at a time, counters in one, and counters that wait in all. */
const MAX_REQUESTS = 6;
const MAX_COUNTERS = 1_000;
const MAX_WAITING = 10_000;

/** Longest wait after a first failure, doubled by each that follows, and after any. */
const RETRY_MS = 250;
const MAX_RETRY_MS = 30_000;

/** Codes of refusals of one counter: without it the others may be counted. */
const OF_ONE =
	/^(invalid-counter-name|invalid-increment|(limit|quota)-reached|too-many-counters)$/;

export type Entries = [name: string, value: unknown][];

/** Numbers of one request by their counters. */
class Batch extends Map<string, number> {
	settle!: (failures: Entries) => void;
	/** Resolves with what was not counted, and the errors. */
	readonly done = new Promise<Map<string, unknown>>((resolve) => {
		this.settle = (failures) => resolve(new Map(failures));
	});
}

/** Gathers the increments of a namespace, and sends them until they are counted. */
export class Queue {
	readonly #api: Api;
	readonly namespace: Namespace;
	/** Batches to be sent; the last one takes more. */
	readonly #open: Batch[] = [];
	#waiting = 0;
	#requests = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isDue = false;

	constructor(api: Api, namespace: Namespace) {
		this.#api = api;
		this.namespace = namespace;
		if (!page.document) return;
		page.addEventListener("pagehide", () => this.#leave());
		page.addEventListener("visibilitychange", () => {
			if (page.document?.visibilityState === "hidden") this.send(true);
		});
	}

	/** Counts with others in one request. */
	async add(name: string, by: number): Promise<void> {
		const { min, max } = this.namespace;
		const fits = (sum: number) => sum >= min && sum <= max;
		if (!(Number.isSafeInteger(by) && fits(by)))
			throw new CounterProblem("invalid-increment", 0, `${by} is not allowed`);
		const last = this.#open.at(-1);
		const takes =
			last && last.size < MAX_COUNTERS && fits((last.get(name) ?? 0) + by);
		const batch = takes ? last : new Batch();
		if (!batch.has(name)) this.#enter();
		if (batch !== last) this.#open.push(batch);
		batch.set(name, (batch.get(name) ?? 0) + by);
		if (!this.#isDue) this.#timer ??= setTimeout(() => this.send(), GATHER_MS);
		const failures = await batch.done;
		if (failures.has(name)) throw failures.get(name);
	}

	/** Counts in a request of its own. */
	async alone(all: Entries, { key, signal }: CountOptions): Promise<void> {
		this.#enter();
		const sent = this.#repeat(all, key ?? this.#newKey(), signal);
		await sent.finally(() => this.#waiting--);
	}

	#enter(): void {
		if (this.#waiting >= MAX_WAITING)
			throw new CounterProblem("queue-full", 0, "Too many wait for an answer");
		this.#waiting++;
	}

	/** Sends batches: one at a time, but more where it is urgent or several wait. */
	send(isUrgent = false): void {
		if (this.#timer) clearTimeout(this.#timer);
		this.#timer = undefined;
		const most = () => (isUrgent || this.#open.length > 1 ? MAX_REQUESTS : 1);
		while (this.#requests < most()) {
			const batch = this.#open.shift();
			if (!batch) break;
			this.#requests++;
			void this.#count([...batch]).then((failures) => {
				this.#requests--;
				this.#settle(batch, failures);
				if (this.#isDue) this.send();
			});
		}
		this.#isDue = this.#open.length > 0;
	}

	#settle(batch: Batch, failures: Entries): void {
		this.#waiting -= batch.size;
		batch.settle(failures);
	}

	/** Counts all, or without those that are refused; resolves with these. */
	async #count(all: Entries): Promise<Entries> {
		try {
			await this.#repeat(all, this.#newKey());
			return [];
		} catch (error) {
			if (all.length === 1 || !OF_ONE.test((error as CounterProblem).code))
				return all.map(([name]) => [name, error]);
			const half = all.splice(all.length / 2);
			return [...(await this.#count(all)), ...(await this.#count(half))];
		}
	}

	/** Sends a request until it is counted, refused, or might count twice. */
	async #repeat(all: Entries, key?: string, signal?: AbortSignal) {
		while (page.navigator?.onLine === false && !signal?.aborted)
			await sleep(MAX_RETRY_MS, signal);
		const { path, windowMs } = this.namespace;
		const end = Date.now() + windowMs - TIMEOUT_MS;
		for (let mostMs = RETRY_MS; ; mostMs = Math.min(mostMs * 2, MAX_RETRY_MS)) {
			try {
				const body = bodyOf(all);
				await this.#api.ask(`${path}/increments`, signal, { body, key });
				return;
			} catch (error) {
				const { retryAfterMs, code = "" } = error as Partial<CounterProblem>;
				const isPassing = retryAfterMs !== undefined && !OF_ONE.test(code);
				if (!isPassing || key === undefined) throw error;
				const ms = retryAfterMs + Math.random() * mostMs;
				if (Date.now() + ms > end) throw error;
				await sleep(ms, signal);
			}
		}
	}

	/** Hands to the browser what the page would no longer send. */
	#leave(): void {
		const { base, token } = this.#api;
		const url = `${base}${this.namespace.path}/increments`;
		for (const batch of this.#open.splice(0)) {
			const key = this.#newKey();
			const address = key === undefined ? url : `${url}?key=${key}`;
			const body = bodyOf([...batch]);
			// A beacon has no headers.
			if (!token && page.navigator?.sendBeacon?.(address, body))
				this.#settle(batch, []);
			else this.#open.push(batch);
		}
		this.send(true);
	}

	#newKey(): string | undefined {
		if (this.namespace.windowMs === 0) return undefined;
		// Not `randomUUID`: pages without TLS lack it.
		return crypto.getRandomValues(new Uint32Array(4)).join("-");
	}
}

function bodyOf(counters: Entries): string {
	return JSON.stringify(Object.fromEntries(counters));
}
