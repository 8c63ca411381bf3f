import type { NamespaceHealth } from "../runtime/object/health.ts";
import type { WriteEvent } from "../runtime/protocol.ts";
import { type Api, Refused, under } from "./api.ts";
import { Live } from "./live.ts";
import type { Picture, Published } from "./picture.ts";
import { isVisible, Wait } from "./wait.ts";

/** Time between two looks at a namespace. */
const POLL_MS = 2_000;

/** Write events that the page shows. */
const SHOWN_WRITES = 12;

/**
 * Looks at a namespace every 2 seconds while the tab can be seen: at its health
 * and, where `/live` does not bring them, its totals. What changes seldom is read
 * again only once health tells that it did.
 */
export class Follower {
	#picture: Picture;
	readonly #api: Api;
	readonly #onPicture: (picture: Picture) => void;
	readonly #onDenied: () => void;
	readonly #end = new AbortController();
	/** Brings the totals, where the namespace is live and nothing is in the way. */
	#live: Live | undefined;
	/** Tells that counters may be gone since totals were asked for. */
	#wasReset = false;
	readonly #wait = new Wait();
	/** Moment of the last look; missing before the first. */
	#seenAt: number | undefined;

	/**
	 * @param last picture to go on from
	 * @param onDenied is told once the token opens nothing (any more)
	 */
	constructor(
		api: Api,
		last: Picture,
		onPicture: (picture: Picture) => void,
		onDenied: () => void,
	) {
		this.#api = api;
		this.#onPicture = onPicture;
		this.#onDenied = onDenied;
		this.#picture = last;
		void this.#run();
	}

	/** Looks at once: something was just done. */
	poke(): void {
		this.#wait.end();
	}

	stop(): void {
		this.#end.abort();
	}

	async #run(): Promise<void> {
		const { signal } = this.#end;
		while (!signal.aborted) {
			if (document.visibilityState === "hidden") {
				this.#show({ connection: "paused" });
				await isVisible(signal);
				continue;
			}
			const hidden = new AbortController();
			const whileVisible = AbortSignal.any([signal, hidden.signal]);
			const onHidden = () =>
				document.visibilityState === "hidden" && hidden.abort();
			document.addEventListener("visibilitychange", onHidden);
			try {
				await this.#whileVisible(whileVisible);
			} finally {
				document.removeEventListener("visibilitychange", onHidden);
				hidden.abort();
			}
		}
	}

	async #whileVisible(signal: AbortSignal): Promise<void> {
		const { namespace, totals } = this.#picture;
		if (namespace.live)
			this.#live = new Live(
				this.#api,
				namespace.mount,
				signal,
				({ values, reset }) => {
					if (reset) totals.reset(values, Date.now());
					totals.merge(values, Date.now());
					this.#show({});
					if (!reset) return;
					// An update tells that a total is 0, not whether there is a counter.
					this.#wasReset = true;
					this.poke();
				},
				() => this.poke(),
			);
		while (!signal.aborted) {
			await this.#look(signal);
			await this.#wait.of(POLL_MS, signal);
		}
	}

	async #look(signal: AbortSignal): Promise<void> {
		try {
			const [health] = await Promise.all([
				this.#health(signal),
				this.#live?.isOpen && !this.#wasReset
					? undefined
					: this.#totals(signal),
			]);
			const { health: last } = this.#picture;
			const [writes, published] = await Promise.all([
				progress(last) === progress(health) ? undefined : this.#writes(signal),
				this.#isPublished(health) ? undefined : this.#published(signal),
			]);
			const now = performance.now();
			if (signal.aborted) return;
			const { opened = { health, at: now } } = this.#picture;
			this.#show({
				connection: this.#live?.isOpen ? "live" : "polling",
				problem: undefined,
				health,
				before:
					last && this.#seenAt !== undefined
						? { health: last, ms: now - this.#seenAt }
						: undefined,
				...(last ? {} : { refusalsAtOpen: health.refusals }),
				opened: { ...opened, ms: now - opened.at },
				...(writes && { writes }),
				...(published && { published }),
			});
			this.#seenAt = now;
		} catch (error) {
			if (!signal.aborted) this.#failed(error);
		}
	}

	#failed(error: unknown): void {
		if (error instanceof Refused && error.status === 401) {
			this.stop();
			this.#onDenied();
			return;
		}
		if (error instanceof Refused)
			this.#show({ connection: "polling", problem: error.message });
		else this.#show({ connection: "lost" });
	}

	async #health(signal: AbortSignal): Promise<NamespaceHealth> {
		const { namespace } = this.#picture.namespace;
		const path = `-/namespaces/${encodeURIComponent(namespace)}`;
		return (await this.#api.get<NamespaceHealth>(path, signal)).data;
	}

	async #totals(signal: AbortSignal): Promise<void> {
		this.#wasReset = false;
		const { data, headers } = await this.#get<Record<string, number>>(
			"global/counters",
			signal,
		);
		const { totals } = this.#picture;
		// Totals that were pushed meanwhile may be newer.
		if (this.#live?.isOpen) totals.forget(data);
		else totals.replace(data, headers.has("Counter-Cursor"), Date.now());
	}

	async #writes(signal: AbortSignal): Promise<WriteEvent[] | undefined> {
		if (this.#picture.namespace.writeLog === 0) return undefined;
		const path = `global/writes?limit=${SHOWN_WRITES}`;
		return (await this.#get<WriteEvent[]>(path, signal)).data;
	}

	async #published(signal: AbortSignal): Promise<Published> {
		const { data, headers } = await this.#get<Record<string, number>>(
			"counters",
			signal,
		);
		const counters = new Map(Object.entries(data));
		let sum = 0;
		for (const value of counters.values()) sum += value;
		const asOf = headers.get("Counter-As-Of") ?? undefined;
		return { counters, sum, asOf };
	}

	/** Tells whether KV is known to have what the global object has. */
	#isPublished({ kv }: NamespaceHealth): boolean {
		const { published, totals, health } = this.#picture;
		return (
			published !== undefined &&
			published.sum === totals.sum?.last &&
			kv.publications === health?.kv.publications
		);
	}

	#get<Data>(path: string, signal: AbortSignal) {
		const { mount } = this.#picture.namespace;
		return this.#api.get<Data>(under(mount, path), signal);
	}

	#show(change: Partial<Picture>): void {
		if (this.#end.signal.aborted) return;
		this.#picture = { ...this.#picture, ...change };
		this.#onPicture(this.#picture);
	}
}

/** A number that changes with each write to the totals or to KV. */
function progress(health: NamespaceHealth | undefined): number {
	if (!health) return -1;
	return health.shards.reduce(
		(sum, { flushes }) => sum + flushes,
		health.kv.publications,
	);
}
