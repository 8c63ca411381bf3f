import type { Database } from "../object/database.ts";
import type { LenderHost, Recall, Returned } from "./contract.ts";
import type { Generation, LenderStorage } from "./lender-storage.ts";

/** Shards that did not answer, by counter. */
export type Silent = ReadonlyMap<string, readonly string[]>;

/** Calls back what shards have left of loans: one round at a time, for all who wait. */
export class Recaller {
	readonly #database: Database;
	readonly #storage: LenderStorage;
	readonly #host: LenderHost;
	/** The round that has not begun. */
	#next: { names: Set<string>; done: Promise<Silent> } | undefined;
	/** Disks that another answered for: what they asked for may still arrive. */
	readonly #lost = new Set<number>();
	/** Settles when the round before it has ended; never rejects. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(database: Database, storage: LenderStorage, host: LenderHost) {
		this.#database = database;
		this.#storage = storage;
		this.#host = host;
	}

	/** Tells whether a disk is known to be lost: nobody would count what it is lent. */
	isLost(holder: number): boolean {
		return this.#lost.has(holder);
	}

	/** Has all shards give back what they have left of some counters. */
	recall(names: readonly string[]): Promise<Silent> {
		if (!this.#next) {
			const all = new Set<string>();
			const done = this.#last.then(() => {
				this.#next = undefined;
				return this.#recall([...all]);
			});
			this.#next = { names: all, done };
			this.#last = done.catch(() => {});
		}
		for (const name of names) this.#next.names.add(name);
		return this.#next.done;
	}

	/** Adds up what shards counted in a counter's generation, without taking anything. */
	async peek(
		name: string,
		{ generation }: Generation,
	): Promise<{ net: number; silent: readonly string[] }> {
		const loans = this.#storage.loans(name);
		const recalls = new Map<number, Recall>();
		for (const { shard, holder, isOpen, up, down, serial } of loans) {
			if (isOpen === 0) continue;
			const loan = [name, generation, up, down, serial, holder] as const;
			const others = recalls.get(shard)?.loans ?? [];
			recalls.set(shard, { loans: [...others, loan], peek: true });
		}
		const answers = await this.#ask(recalls);
		let net = 0;
		for (const { shard, holder, isOpen, up, backUp } of loans) {
			const answer = answers.get(shard);
			const told = answer?.holder === holder ? answer.loans[0] : undefined;
			// A closed loan was given back but for what was counted.
			if (isOpen === 0 || (answer && !told)) net += up - backUp;
			else if (told) net += told[4];
		}
		const silent = [...recalls.keys()].filter((shard) => !answers.has(shard));
		return { net, silent: silent.map((shard) => `shard${shard}`) };
	}

	/** Recalls; ends bounds, so that they begin anew, if a shard knows too little of them. */
	async #ask(
		recalls: ReadonlyMap<number, Recall>,
	): Promise<ReadonlyMap<number, Returned>> {
		const answers = await this.#host.recall(recalls);
		if ([...answers.values()].some(({ unmarked }) => unmarked))
			this.#storage.end();
		return answers;
	}

	async #recall(names: readonly string[]): Promise<Silent> {
		const recalls = new Map<number, Recall["loans"][number][]>();
		for (const loan of this.#storage.openLoans(names)) {
			const generation = this.#storage.generation(loan.name)?.generation;
			if (generation === undefined) continue;
			const ofShard = recalls.get(loan.shard) ?? [];
			const { name, up, down, serial, holder } = loan;
			ofShard.push([name, generation, up, down, serial, holder]);
			recalls.set(loan.shard, ofShard);
		}
		const answers = await this.#ask(
			new Map([...recalls].map(([shard, loans]) => [shard, { loans }])),
		);
		const silent = new Map<string, string[]>();
		this.#database.transactionSync(() => {
			for (const [shard, loans] of recalls) {
				const answer = answers.get(shard);
				const nets = new Map(
					answer?.loans.map(([name, , , , net]) => [name, net]),
				);
				if (answer)
					this.#storage.noteReturned(shard, answer.holder, answer.loans);
				for (const [name, generation, , , serial, holder] of loans) {
					// A disk that was lost can give nothing back any more.
					const isLost = answer && answer.holder !== holder;
					if (isLost) this.#lost.add(holder);
					const net = isLost ? undefined : nets.get(name);
					if (isLost || net !== undefined)
						this.#storage.close(
							name,
							generation,
							{ shard, holder, serial },
							net,
						);
					else silent.set(name, [...(silent.get(name) ?? []), `shard${shard}`]);
				}
			}
		});
		return silent;
	}
}
