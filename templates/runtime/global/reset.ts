import type { Lender } from "../bounds/contract.ts";
import type { Feed } from "../live/contract.ts";
import type { Host } from "../object/host.ts";
import type { Refusal } from "../problem.ts";
import type { FanOut } from "./fan-out.ts";
import type { GlobalStorage } from "./storage.ts";

/** Sets counters back to nothing: drains every shard, then forgets the totals. */
export class Reset {
	readonly #storage: GlobalStorage;
	readonly #fanOut: FanOut;
	readonly #live: Feed;
	readonly #lender: Lender | undefined;
	readonly #host: Host;
	/** While one is under way, the names registered since it began. */
	#registered: Set<string> | undefined;

	constructor(
		storage: GlobalStorage,
		fanOut: FanOut,
		live: Feed,
		lender: Lender | undefined,
		host: Host,
	) {
		this.#storage = storage;
		this.#fanOut = fanOut;
		this.#live = live;
		this.#lender = lender;
		this.#host = host;
	}

	/** Keeps the room of names that are registered while a reset is under way. */
	registered(names: readonly string[]): void {
		for (const name of names) this.#registered?.add(name);
	}

	/** Resets one counter or, without a name, all; if a shard cannot be reached, nothing. */
	async run(name: string | undefined): Promise<Refusal | undefined> {
		this.#registered = new Set();
		try {
			const refusal = await (this.#lender
				? this.#lender.reset(
						name,
						(turn) => this.#fanOut.drain(name, turn),
						() => this.#forget(name),
					)
				: this.#reset(name));
			if (!refusal)
				this.#host.log("info", "reset", { all: name === undefined });
			return refusal;
		} finally {
			this.#registered = undefined;
		}
	}

	async #reset(name: string | undefined): Promise<Refusal | undefined> {
		const refusal = await this.#fanOut.drain(name);
		if (refusal) return refusal;
		this.#forget(name);
		return undefined;
	}

	#forget(name: string | undefined): void {
		this.#live.resetting();
		const registered = [...(this.#registered ?? [])];
		this.#storage.reset(name, registered, this.#host.now());
	}
}
