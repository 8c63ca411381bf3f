import type { Database, Remember } from "../object/database.ts";
import type { Refusal } from "../problem.ts";
import type { Entry } from "../protocol.ts";
import {
	type Account,
	freeOf,
	grantOf,
	isLoose,
	isNever,
	lackOf,
	lend,
} from "./account.ts";
import type { Book } from "./book.ts";
import type { Ask, Grants, LenderHost } from "./contract.ts";
import type { LenderStorage } from "./lender-storage.ts";
import { passing, unsettled } from "./problems.ts";
import type { Silent } from "./recaller.ts";

/** Outcome of an ask. */
export interface Outcome {
	grants: Grants;
	/** Counters of which too little is left, and which were not called back yet. */
	short: readonly string[];
}

/** Grants what asks need: each list whole or not, as far as is lent to others. */
export class Granting {
	readonly #database: Database;
	readonly #storage: LenderStorage;
	readonly #book: Book;
	readonly #host: LenderHost;
	readonly #isAwaited: (name: string) => boolean;

	/** @param isAwaited tells whether an ask waits for loans of a counter to come back */
	constructor(
		database: Database,
		storage: LenderStorage,
		book: Book,
		host: LenderHost,
		isAwaited: (name: string) => boolean,
	) {
		this.#database = database;
		this.#storage = storage;
		this.#book = book;
		this.#host = host;
		this.#isAwaited = isAwaited;
	}

	/** @param recalled counters that were called back for it, with the shards that did not answer */
	attempt(ask: Ask, recalled: Silent): Outcome {
		const { shard, holder, lists } = ask;
		const names = new Set(lists.flat().map(([name]) => name));
		const room = this.#host.room([...names], shard);
		const short = new Set<string>();
		const nothing = { turn: this.#storage.turn, grants: [], refused: [] };
		let remember: Remember = () => {};
		const outcome = this.#database.transactionSync((): Outcome => {
			this.#storage.noteReturned(shard, holder, ask.loans);
			const accountOf = this.#book.accounts(ask);
			const granted = new Set<Account>();
			const refused = lists.map((list): Grants["refused"][number] => {
				const moves = list.map(([name, by]) => [accountOf(name), by] as const);
				const lacking = moves.filter(lacks);
				if (lacking.length === 0) {
					// Not before: what is refused takes no room.
					const missing = room.take(list.map(([name]) => name));
					if (missing.length > 0) return { noRoom: missing };
					for (const [account, by] of moves) {
						// Leaves what comes back to those who wait for it.
						if (this.#isAwaited(account.name)) account.want = 0;
						lend(account, by, this.#host.shardCount);
					}
					for (const [account] of moves) granted.add(account);
					return null;
				}
				const never = lacking.find((move) => this.#isNever(...move));
				if (!never)
					for (const [{ name, isNew }] of lacking)
						if (!isNew && !recalled.has(name)) short.add(name);
				return this.#refuse(never ?? lacking[0], recalled);
			});
			// Nothing is lent yet: the ask is tried again.
			if (short.size > 0) return { grants: nothing, short: [...short] };
			remember = room.keep();
			const grants = [...granted].map((account) => {
				const { name, loan } = account;
				this.#book.begin(account);
				// A recall whose answer is on its way must not close it.
				loan.serial++;
				this.#storage.saveLoan(name, loan);
				return grantOf(account);
			});
			const { turn } = this.#storage;
			return { grants: { turn, grants, refused }, short: [] };
		});
		remember();
		return outcome;
	}

	#isNever(account: Account, by: number): boolean {
		return isNever(account, by, this.#host.leastIncrement >= 0);
	}

	#refuse(
		move: readonly [Account, number] | undefined,
		silent: Silent,
	): Refusal {
		if (!move) return unsettled();
		const [account, by] = move;
		const { name, limits, end } = account;
		const shards = silent.get(name) ?? [];
		if (shards.length > 0) return unsettled(shards);
		const left = freeOf(account, by) + Math.abs(by) - lackOf(account, by);
		return passing({
			counter: name,
			by,
			limits,
			remaining: Math.max(0, Math.min(left, Number.MAX_SAFE_INTEGER)),
			isNever: this.#isNever(account, by),
			end,
			now: this.#host.now(),
		});
	}
}

/** Tells whether a loan is too small for a count, and can be made no larger. */
function lacks([account, by]: readonly [Account, Entry[1]]): boolean {
	return isLoose(account) || lackOf(account, by) > freeOf(account, by);
}
