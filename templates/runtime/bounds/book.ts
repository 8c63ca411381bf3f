import { type Account, levelOf } from "./account.ts";
import type {
	Ask,
	EndOf,
	LenderHost,
	Limits,
	Per,
	Standing,
} from "./contract.ts";
import type { Generation, LenderStorage, LoanOf } from "./lender-storage.ts";

/** Bounds of all counters that have none of their own. */
export interface Rule {
	limits: Limits;
	/** Period that they are of; without it, of the total. */
	period: { per: Per; endOf: EndOf } | undefined;
}

/** Finds where a counter stands: its bounds, its generation, and what is lent of it. */
export class Book {
	readonly #storage: LenderStorage;
	readonly #rule: Rule;
	readonly #host: LenderHost;

	constructor(storage: LenderStorage, rule: Rule, host: LenderHost) {
		this.#storage = storage;
		this.#rule = rule;
		this.#host = host;
	}

	limits(name: string): Limits {
		return this.#storage.limits(name) ?? this.#rule.limits;
	}

	/** Tells whether what is lent of a counter could bring it past its bounds. */
	isPast(name: string): boolean {
		const generation = this.#storage.generation(name);
		if (!generation) return false;
		const { min, max } = this.limits(name);
		const { up, down } = levelOf(this.#storage.loans(name), generation.base);
		return (max !== undefined && up > max) || (min !== undefined && down < min);
	}

	/**
	 * Finds the generation that a counter is in and, unless it has none yet, the end of
	 * its period.
	 */
	now(name: string): { generation?: Generation; resetsAt?: number } {
		const { period } = this.#rule;
		const generation = this.#storage.generation(name);
		const now = this.#host.now();
		if (!period) return generation ? { generation } : {};
		const end = generation?.end;
		if (!generation || end == null || end <= now)
			return { resetsAt: period.endOf(now) };
		return { generation, resetsAt: end };
	}

	/** Opens accounts for an ask. */
	accounts(ask: Ask): (name: string) => Account {
		const standings = new Map<string, Standing>();
		for (const standing of ask.loans) standings.set(standing[0], standing);
		const wants = new Map(ask.wants);
		const accounts = new Map<string, Account>();
		return (name) => {
			const known = accounts.get(name);
			if (known) return known;
			const generation = this.#generation(name, ask.now);
			const { isNew } = generation;
			const [, of, , , net] = standings.get(name) ?? [];
			const all = isNew ? [] : this.#storage.loans(name);
			const account = {
				...generation,
				name,
				limits: this.limits(name),
				level: levelOf(all, generation.base),
				loan: all.find((one) => isOf(ask, one)) ?? nothingFor(ask),
				net: !isNew && of === generation.generation ? (net ?? 0) : 0,
				want: wants.get(name),
				isGranted: false,
			};
			accounts.set(name, account);
			return account;
		};
	}

	/** Begins the generation of an account that is new. In a transaction. */
	begin(account: Account): void {
		if (!account.isNew) return;
		const { turn } = this.#storage;
		account.generation =
			account.generation >= turn
				? this.#storage.nextTurn(this.#host.now())
				: turn;
		this.#storage.saveGeneration(account.name, account);
	}

	/** Finds the generation that a counter is in, or what one would begin with. */
	#generation(name: string, asked: number): Generation & { isNew: boolean } {
		const known = this.#storage.generation(name);
		// Two clocks must agree that a period is over.
		const now = Math.min(this.#host.now(), asked);
		const isOver = known?.end != null && known.end <= now;
		if (known && !isOver) return { ...known, isNew: false };
		const { period } = this.#rule;
		return {
			isNew: true,
			generation: known?.generation ?? 0,
			base: period ? 0 : (this.#host.total(name) ?? 0),
			// A shard whose clock is behind would begin a period that was had already.
			end: period?.endOf(this.#host.now()) ?? null,
		};
	}
}

function isOf(ask: Ask, { shard, holder }: LoanOf): boolean {
	return shard === ask.shard && holder === ask.holder;
}

function nothingFor({ shard, holder }: Ask): LoanOf {
	const sums = { up: 0, down: 0, backUp: 0, backDown: 0 };
	return { shard, holder, ...sums, serial: 0, free: 0, isOpen: 0 };
}
