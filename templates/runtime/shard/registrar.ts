import { errorText } from "../log.ts";
import type { Database } from "../object/database.ts";
import { withDeadline } from "../object/deadline.ts";
import type { Host } from "../object/host.ts";
import type { Refusal } from "../problem.ts";
import { type Amount, MAX_BATCH_CHARACTERS } from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import { GroupCommit } from "./group-commit.ts";
import { KnownNames } from "./known-names.ts";
import {
	MAX_WAITING_REQUESTS,
	shardFull,
	tooMany,
	unregistered,
} from "./problems.ts";

type Names = readonly string[];

/** A registrar's surroundings: its own object, and the global one. */
export interface RegistrarHost extends Host {
	/** Has the global object make room for lists of names; answers what it refuses. */
	register(lists: readonly Names[]): Promise<readonly Names[]>;
}

/** Has the global object make room for the names that a shard counts first. */
export class Registrar {
	readonly #settings: CounterSettings;
	readonly #host: RegistrarHost;
	readonly #names: KnownNames;
	readonly #batches: GroupCommit<Names, Names | undefined>;
	/** Size in characters of the registrations under way. */
	#size = 0;

	constructor(
		settings: CounterSettings,
		database: Database,
		host: RegistrarHost,
	) {
		this.#settings = settings;
		this.#host = host;
		this.#names = new KnownNames(database);
		this.#batches = new GroupCommit(
			(lists) => this.#register(lists),
			() => host.wait(0),
		);
	}

	/** Requests that wait for a registration. */
	get waiting(): number {
		return this.#batches.waiting;
	}

	/** Size in characters of the registrations under way. */
	get size(): number {
		return this.#size;
	}

	/** See `KnownNames.forget`. */
	forget(name: string | true): void {
		this.#names.forget(name);
	}

	/** Picks the names of entries that must be registered first. */
	unknown(entries: readonly Amount[]): Names {
		return this.#names.unknown(entries);
	}

	/**
	 * Registers names: all of them or none.
	 *
	 * @param size characters of the names in the request
	 * @returns the reason if it refuses
	 */
	async register(names: Names, size: number): Promise<Refusal | undefined> {
		// They travel in one message, too.
		if (
			this.#size + size > MAX_BATCH_CHARACTERS ||
			this.waiting >= MAX_WAITING_REQUESTS
		)
			return shardFull;
		this.#size += size;
		const refused = await this.#batches.add(names).finally(() => {
			this.#size -= size;
		});
		if (!refused) return unregistered;
		return refused.length > 0 ? tooMany(this.#settings, refused) : undefined;
	}

	/** Returns what is refused of each list; undefined if the global does not answer. */
	async #register(
		lists: readonly Names[],
	): Promise<readonly (Names | undefined)[]> {
		const { forgotten } = this.#names;
		const answer = this.#host.register(lists);
		const refused = await withDeadline(this.#host, answer).catch((error) => {
			this.#host.log("warn", "global-unreachable", {
				error: errorText(error),
			});
			return undefined;
		});
		if (!refused) return lists.map(() => undefined);
		// A reset came in between: what was registered may be gone again.
		if (forgotten !== this.#names.forgotten) return this.#register(lists);
		this.#names.add(lists.filter((_, n) => refused[n]?.length === 0).flat());
		return refused;
	}
}
