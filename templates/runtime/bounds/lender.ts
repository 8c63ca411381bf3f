import type { Database } from "../object/database.ts";
import type { LimitsHealth } from "../object/health.ts";
import type { Refusal } from "../problem.ts";
import type { Batch, Part } from "../protocol.ts";
import { Book, type Rule } from "./book.ts";
import type {
	Ask,
	Grants,
	Lender,
	LenderHost,
	Limit,
	Limits,
	LimitsPart,
} from "./contract.ts";
import { Granting } from "./granting.ts";
import { LenderStorage } from "./lender-storage.ts";
import { outstanding, unsettled } from "./problems.ts";
import { Recaller, type Silent } from "./recaller.ts";

/** Least time between two attempts to begin that nobody waits for; milliseconds. */
const RETRY_MS = 30_000;

/** A reset under way: of one counter or, without a name, of all. */
interface Resetting {
	name: string | undefined;
	ended: Promise<void>;
}

/**
 * Lends shards what they may count, so that what is lent can bring no total past its
 * bounds: whatever shards do, and whichever messages are lost.
 */
export class CounterLender implements Lender {
	readonly #host: LenderHost;
	readonly #rule: Rule;
	readonly #storage: LenderStorage;
	readonly #book: Book;
	readonly #granting: Granting;
	readonly #recaller: Recaller;
	readonly #resets = new Set<Resetting>();
	/** Counters that asks under way had called back. */
	readonly #awaited = new Set<Silent>();
	#beginning: Promise<Refusal | undefined> | undefined;
	/** Moment of the last attempt to begin; milliseconds since 1970. */
	#triedAt = Number.NEGATIVE_INFINITY;

	constructor(database: Database, rule: Rule, host: LenderHost) {
		this.#host = host;
		this.#rule = rule;
		const { limits, period } = rule;
		const storage = new LenderStorage(
			database,
			{
				rule: JSON.stringify([limits.min ?? null, limits.max ?? null]),
				per: period?.per ?? "",
			},
			host.now(),
		);
		this.#storage = storage;
		this.#book = new Book(storage, rule, host);
		this.#granting = new Granting(database, storage, this.#book, host, (name) =>
			[...this.#awaited].some((recalled) => recalled.has(name)),
		);
		this.#recaller = new Recaller(database, storage, host);
	}

	get health(): LimitsHealth {
		return { holds: this.#storage.hasBegun, ...this.#storage.counts() };
	}

	async lend(ask: Ask): Promise<Grants> {
		this.#hear(ask);
		const recalled = new Map<string, readonly string[]>();
		this.#awaited.add(recalled);
		try {
			return await this.#grants(ask, recalled);
		} finally {
			this.#awaited.delete(recalled);
		}
	}

	async #grants(
		ask: Ask,
		recalled: Map<string, readonly string[]>,
	): Promise<Grants> {
		const names = new Set(ask.lists.flat().map(([name]) => name));
		for (;;) {
			const refusal = await this.#ready(names);
			const nothing = (answer: Refusal | null): Grants => ({
				turn: this.#storage.turn,
				grants: [],
				refused: ask.lists.map(() => answer),
			});
			if (refusal) return nothing(refusal);
			if (this.#recaller.isLost(ask.holder)) return nothing(unsettled());
			// It may be another holder since it was drained: it asks anew.
			if (ask.unmarked) return nothing(null);
			const { grants, short } = this.#granting.attempt(ask, recalled);
			if (short.length === 0) return grants;
			for (const name of short) recalled.set(name, []);
			const silent = await this.#recaller.recall(short);
			for (const name of short) recalled.set(name, silent.get(name) ?? []);
		}
	}

	async limit(name: string): Promise<Limit | Refusal> {
		const refusal = await this.#ready(new Set([name]));
		if (refusal) return refusal;
		const { period } = this.#rule;
		const { generation, ...ends } = this.#book.now(name);
		const facts = {
			...this.#book.limits(name),
			...(period && { per: period.per }),
			own: this.#storage.limits(name) !== undefined,
			...ends,
		};
		if (!generation)
			return {
				...facts,
				used: period ? 0 : (this.#host.total(name) ?? 0),
			};
		const { net, silent } = await this.#recaller.peek(name, generation);
		if (silent.length > 0) return unsettled(silent);
		// Begins anew where a shard just answered that it counted without loans.
		if (!this.#storage.hasBegun) return this.limit(name);
		return { ...facts, used: generation.base + net };
	}

	async setLimit(name: string, limits: Limits): Promise<Limit | Refusal> {
		return this.#change(name, () => this.#storage.saveLimits(name, limits));
	}

	async dropLimit(name: string): Promise<Limit | Refusal> {
		return this.#change(name, () => this.#storage.dropLimits(name));
	}

	limits({ limit, ...range }: Part): LimitsPart {
		const entries = this.#storage.listLimits(range, limit + 1);
		const [last, next] = entries.slice(limit - 1);
		return {
			entries: entries.slice(0, limit),
			...(next && { last: last?.[0] }),
		};
	}

	applied({ bounded, entries }: Batch): void {
		if (!bounded && entries.length > 0) this.#storage.end();
		// Shards may go on counting against what earlier bounds have lent.
		const now = this.#host.now();
		if (this.#storage.hasBegun) return;
		if (Math.abs(now - this.#triedAt) >= RETRY_MS)
			void this.#begin().catch(() => {});
	}

	async reset(
		name: string | undefined,
		drain: (turn: number) => Promise<Refusal | undefined>,
		done: () => void,
	): Promise<Refusal | undefined> {
		let end = () => {};
		const ended = new Promise<void>((resolve) => {
			end = resolve;
		});
		const reset = { name, ended };
		this.#resets.add(reset);
		try {
			const refusal = await drain(this.#storage.nextTurn(this.#host.now()));
			if (refusal) return refusal;
			// First: what is lent anew goes by the total then.
			this.#storage.forget(name);
			done();
			return undefined;
		} finally {
			this.#resets.delete(reset);
			end();
		}
	}

	/** Begins anew if what is known here may be too little. */
	#hear({ turn, loans, unmarked }: Ask): void {
		if (unmarked) this.#storage.end();
		const heard = loans.reduce(
			(latest, [, generation]) => Math.max(latest, generation),
			turn,
		);
		if (heard <= this.#storage.turn) return;
		// It was told by a disk that is lost.
		this.#storage.end();
		this.#storage.nextTurn(this.#host.now(), heard);
	}

	/** Waits until bounds hold, and no reset of these names is under way. */
	async #ready(names: ReadonlySet<string>): Promise<Refusal | undefined> {
		for (;;) {
			const reset = [...this.#resets].find(
				({ name }) => name === undefined || names.has(name),
			);
			if (reset) await reset.ended;
			else if (this.#storage.hasBegun) return undefined;
			else {
				const refusal = await this.#begin();
				if (refusal) return refusal;
			}
		}
	}

	/** Drains all shards, once for all who wait. */
	#begin(): Promise<Refusal | undefined> {
		this.#beginning ??= this.#drain().finally(() => {
			this.#beginning = undefined;
		});
		return this.#beginning;
	}

	async #drain(): Promise<Refusal | undefined> {
		const now = this.#host.now();
		this.#triedAt = now;
		const turn = this.#storage.nextTurn(now);
		const refusal = await this.#host.drain(turn);
		if (!refusal) {
			this.#storage.begin();
			return undefined;
		}
		const { unreachable } = refusal.problem.extra ?? {};
		return Array.isArray(unreachable) ? unsettled(unreachable) : refusal;
	}

	/** Changes a counter's bounds, and has shards give back what is past them. */
	async #change(name: string, write: () => void): Promise<Limit | Refusal> {
		const refusal = await this.#ready(new Set([name]));
		if (refusal) return refusal;
		write();
		if (this.#book.isPast(name)) {
			const silent = (await this.#recaller.recall([name])).get(name) ?? [];
			if (silent.length > 0 && this.#book.isPast(name))
				return outstanding(silent);
		}
		return this.limit(name);
	}
}
