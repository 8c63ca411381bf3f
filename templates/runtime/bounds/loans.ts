import { errorText } from "../log.ts";
import type { Database } from "../object/database.ts";
import { withDeadline } from "../object/deadline.ts";
import type { Refusal } from "../problem.ts";
import type { Entry } from "../protocol.ts";
import { LoanAdmission } from "./admission.ts";
import type {
	Admission,
	Granted,
	Grants,
	Loans,
	LoansHost,
	Recall,
	Returned,
} from "./contract.ts";
import { LoanStorage } from "./loan-storage.ts";
import {
	allows,
	isUsable,
	type OpenLoan,
	opened,
	standingOf,
	wantOf,
} from "./open-loan.ts";
import { unsettled } from "./problems.ts";
import { Sums } from "./sums.ts";

/** Times that a request asks for loans: others may be called back for each time. */
const MOST_ASKS = 8;

/** Time that a recall waits for grants which are on their way; milliseconds. */
const ON_THEIR_WAY_MS = 1_000;

/** Loans that may be open; one more closes the oldest, which is asked for anew. */
const MAX_OPEN_LOANS = 20_000;

type Entries = readonly Entry[];

/** An ask that was not answered yet. */
interface UnderWay {
	answered: Promise<unknown>;
	names: ReadonlySet<string>;
	/** Loans that were given back meanwhile: serial by counter. */
	closed: Map<string, number>;
}

/**
 * Counts against loans of the global object, so that no total passes its bounds.
 *
 * A loan is open while memory knows it. Without one, nothing of that counter is
 * counted before the global object was asked: not even what takes it away from
 * its bound, for that leaves something to others. What was given back is on disk,
 * so it stays given back.
 */
export class ShardLoans implements Loans {
	readonly #host: LoansHost;
	readonly #storage: LoanStorage;
	readonly #open = new Map<string, OpenLoan>();
	readonly #asks: ReturnType<typeof groupOf>;
	/** Turn before which answers are ignored. */
	#turn: number;
	#underWay: UnderWay | undefined;
	/** Entries that wait for a commit … */
	readonly #queued = new Sums();
	/** … and those that wait for loans. */
	readonly #asking = new Sums();
	#size = 0;
	#isMarked: boolean;

	constructor(database: Database, host: LoansHost) {
		this.#host = host;
		this.#storage = new LoanStorage(
			database,
			1 + Math.floor(host.random() * Number.MAX_SAFE_INTEGER),
			host.sealed,
			(name, after) => host.unflushed(name, after),
		);
		this.#isMarked = !this.#storage.isForeign;
		this.#turn = this.#storage.floor;
		this.#asks = groupOf(host, (lists) => this.#ask(lists));
	}

	get waiting(): { requests: number; size: number } {
		return { requests: this.#asks.waiting, size: this.#size };
	}

	get isMarked(): boolean {
		return this.#isMarked;
	}

	async count<Verdict>(
		{
			entries,
			size,
			isKeyed,
		}: { entries: Entries; size: number; isKeyed: boolean },
		commit: (
			granted: Granted | undefined,
			takeUp?: () => void,
		) => Promise<Verdict>,
	): Promise<Exclude<Verdict, "short"> | Refusal> {
		const counted = (verdict: Verdict) => verdict as Exclude<Verdict, "short">;
		let granted: Granted | undefined;
		for (let asks = 0; ; asks++) {
			if (this.#mayFit(entries, granted)) {
				const takeUp = this.#queue(entries);
				const verdict = await commit(granted, takeUp).finally(takeUp);
				if (verdict !== "short") return counted(verdict);
			}
			if (asks === MOST_ASKS) return unsettled();
			const full = this.#host.full(size, this.waiting);
			if (full) return full;
			this.#size += size;
			this.#asking.add(entries);
			const answer = await this.#asks.add(entries).finally(() => {
				this.#size -= size;
				this.#asking.remove(entries);
			});
			if ("problem" in answer) {
				// The first of two with the same key may have been counted meanwhile.
				const verdict = isKeyed ? await commit(undefined) : "short";
				return verdict === "short" ? answer : counted(verdict as Verdict);
			}
			granted = answer;
		}
	}

	admission(): Admission {
		return new LoanAdmission(
			this.#open,
			this.#storage,
			this.#host.now(),
			(name, serial) => this.#underWay?.closed.set(name, serial),
			(turn, forget) => {
				this.#storage.floor = Math.max(this.#storage.floor, turn);
				this.#turn = Math.max(this.#turn, turn);
				if (forget === true) this.#isMarked = true;
			},
		);
	}

	standing({ loans }: Recall): Returned {
		const { holder } = this.#storage;
		const names = loans.map(([name]) => name);
		const rows = this.#storage.find(
			names.filter((one) => !this.#open.has(one)),
		);
		return {
			...this.#mark(),
			holder,
			loans: loans.flatMap(([name, generation, , , , of]) => {
				if (of !== holder) return [];
				const row = this.#open.get(name) ?? rows.get(name);
				if (row && row.generation > generation) return [];
				const isKnown = row?.generation === generation;
				return [
					isKnown
						? standingOf(name, row)
						: ([name, generation, 0, 0, 0] as const),
				];
			}),
		};
	}

	async expect({ loans }: Recall): Promise<void> {
		const underWay = this.#underWay;
		const isExpected = loans.some(
			([name, , , , serial]) =>
				underWay?.names.has(name) &&
				serial > (this.#open.get(name)?.serial ?? 0),
		);
		if (underWay && isExpected)
			await withDeadline(this.#host, underWay.answered, ON_THEIR_WAY_MS).catch(
				() => {},
			);
	}

	fold(seq: number, deltas: ReadonlyMap<string, number>): void {
		this.#storage.fold(seq, deltas);
	}

	/** Notes what waits for a commit, until it is taken up: then the net has it. */
	#queue(entries: Entries): () => void {
		this.#queued.add(entries);
		let isQueued = true;
		return () => {
			if (isQueued) this.#queued.remove(entries);
			isQueued = false;
		};
	}

	/**
	 * Tells whether it is worth a commit, which tells for certain. Who comes while
	 * others ask does not take from them what they wait for.
	 */
	#mayFit(entries: Entries, granted: Granted | undefined): boolean {
		return (
			(granted || !entries.some(([name]) => this.#asking.has(name))) &&
			this.#fit(entries, granted, this.#queued)
		);
	}

	#fit(entries: Entries, granted: Granted | undefined, before: Sums): boolean {
		const now = this.#host.now();
		return entries.every(([name, by]) => {
			const loan = this.#open.get(name);
			return (
				loan &&
				isUsable(name, loan, granted, now) &&
				allows(loan, loan.net + before.of(name) + by)
			);
		});
	}

	/** Asks for what some requests need, unless they had to wait for others only. */
	async #ask(lists: readonly Entries[]): Promise<(Refusal | Granted)[]> {
		const host = this.#host;
		const before = this.#queued.copy();
		const doAllFit = lists.every((entries) => {
			const fit = this.#fit(entries, undefined, before);
			before.add(entries);
			return fit;
		});
		if (doAllFit) return lists.map(() => new Map());
		const names = new Set(lists.flatMap((list) => list.map(([name]) => name)));
		const closed = new Map<string, number>();
		const call = this.#call(lists, [...names]);
		const underWay = { answered: call.catch(() => {}), names, closed };
		this.#underWay = underWay;
		let answer: Grants;
		try {
			answer = await withDeadline(host, call);
		} catch (error) {
			host.log("warn", "global-unreachable", { error: errorText(error) });
			return lists.map(() => host.unreachable);
		} finally {
			this.#underWay = undefined;
		}
		const granted = this.#take(answer, closed);
		return lists.map((_, n) => {
			const refused = answer.refused[n];
			if (!refused) return granted;
			return "noRoom" in refused ? host.noRoom(refused.noRoom) : refused;
		});
	}

	#call(lists: readonly Entries[], names: readonly string[]): Promise<Grants> {
		const now = this.#host.now();
		const rows = this.#storage.find(
			names.filter((one) => !this.#open.has(one)),
		);
		const loans = names.flatMap((name) => {
			const loan = this.#open.get(name) ?? rows.get(name);
			if (!loan) return [];
			// Others are not lent what waits for a commit.
			const net = loan.net + this.#queued.of(name);
			return [standingOf(name, { ...loan, net })];
		});
		const wants = names.flatMap((name): Entry[] => {
			const loan = this.#open.get(name);
			return loan ? [[name, wantOf(loan, now)]] : [];
		});
		return this.#host.lend({
			shard: this.#host.shard,
			holder: this.#storage.holder,
			turn: this.#turn,
			now,
			lists,
			loans,
			wants,
			...this.#mark(),
		});
	}

	#mark(): { unmarked?: true } {
		return this.#isMarked ? {} : { unmarked: true };
	}

	/** Opens what was granted, unless it was given back or forgotten meanwhile. */
	#take(
		{ turn, grants }: Grants,
		closed: ReadonlyMap<string, number>,
	): Granted {
		const granted = new Map<string, number>();
		if (turn < this.#storage.floor) return granted;
		this.#turn = Math.max(this.#turn, turn);
		const now = this.#host.now();
		const names = grants.map(([name]) => name);
		const rows = this.#storage.find(
			names.filter((one) => !this.#open.has(one)),
		);
		for (const grant of grants) {
			const [name, generation, , , , , serial] = grant;
			const row = rows.get(name);
			const known = this.#open.get(name) ?? (row && { ...row, isOnDisk: true });
			if (known && known.generation > generation) continue;
			if (serial <= (closed.get(name) ?? 0)) continue;
			// Anew, so that the oldest are first.
			this.#open.delete(name);
			this.#open.set(name, opened(grant, known, now));
			granted.set(name, generation);
		}
		for (const name of this.#open.keys()) {
			if (this.#open.size <= MAX_OPEN_LOANS) break;
			this.#open.delete(name);
		}
		return granted;
	}
}

function groupOf(
	host: LoansHost,
	ask: (lists: readonly Entries[]) => Promise<readonly (Refusal | Granted)[]>,
) {
	return host.group<Entries, Refusal | Granted>(ask);
}
