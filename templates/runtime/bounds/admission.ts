import type { Remember } from "../object/database.ts";
import type { Entry } from "../protocol.ts";
import type { Admission, Forget, Granted, Recall } from "./contract.ts";
import type { LoanRow, LoanStorage } from "./loan-storage.ts";
import {
	allows,
	isUsable,
	type OpenLoan,
	OVER_DOWN,
	OVER_UP,
} from "./open-loan.ts";

/** A loan as a commit leaves it. */
interface Change {
	/** Before the commit. */
	loan: LoanRow & Partial<OpenLoan>;
	backUp: number;
	backDown: number;
	net: number;
	isClosed: boolean;
	/** Its row must be written: it is new, or something was given back. */
	isWritten: boolean;
	/** Grants that what was given back goes by. */
	serial: number;
}

/** Admits the requests of a commit, and gives back what was recalled before it. */
export class LoanAdmission implements Admission {
	readonly #open: Map<string, OpenLoan>;
	readonly #storage: LoanStorage;
	readonly #now: number;
	readonly #closed: (name: string, serial: number) => void;
	readonly #forgot: (turn: number, forget: string | true) => void;
	readonly #changes = new Map<string, Change>();
	#forgets: Forget | undefined;

	/**
	 * @param open loans by counter
	 * @param closed is called for each that was given back
	 * @param forgot is called once all, or one, is forgotten
	 */
	constructor(
		open: Map<string, OpenLoan>,
		storage: LoanStorage,
		now: number,
		closed: (name: string, serial: number) => void,
		forgot: (turn: number, forget: string | true) => void,
	) {
		this.#open = open;
		this.#storage = storage;
		this.#now = now;
		this.#closed = closed;
		this.#forgot = forgot;
	}

	admit(entries: readonly Entry[], granted?: Granted): "new" | "short" {
		const moves: [Change, number][] = [];
		for (const [name, by] of entries) {
			const loan = this.#open.get(name);
			if (!loan || !isUsable(name, loan, granted, this.#now)) return "short";
			const change = this.#changes.get(name) ?? begin(loan);
			const { backUp, backDown } = change;
			const left = { ...loan, backUp, backDown };
			if (change.isClosed || !allows(left, change.net + by)) return "short";
			this.#changes.set(name, change);
			moves.push([change, by]);
		}
		for (const [change, by] of moves) {
			change.net += by;
			change.isWritten ||= !change.loan.isOnDisk;
			giveBackPast(change);
		}
		return "new";
	}

	giveBack(recall: Recall | Forget): void {
		if ("forget" in recall) this.#forget(recall);
		else this.#return(recall);
	}

	#return({ loans }: Recall): void {
		const names = loans.map(([name]) => name);
		const rows = this.#storage.find(
			names.filter((name) => !this.#open.has(name)),
		);
		for (const [name, generation, up, down, serial, holder] of loans) {
			if (holder !== this.#storage.holder) continue;
			const loan = this.#open.get(name) ??
				rows.get(name) ?? { generation, backUp: 0, backDown: 0, net: 0 };
			const known = this.#changes.get(name) ?? begin(loan);
			if (known.loan.generation > generation) continue;
			const change =
				known.loan.generation === generation ? known : next(known, generation);
			this.#changes.set(name, change);
			close(
				change,
				Math.max(up, change.loan.up ?? 0),
				Math.max(down, change.loan.down ?? 0),
				serial,
			);
		}
	}

	#forget(forget: Forget): void {
		this.#forgets = forget;
		const names =
			forget.forget === true ? [...this.#open.keys()] : [forget.forget];
		for (const name of names) {
			const loan = this.#open.get(name);
			if (!loan) continue;
			const change = this.#changes.get(name) ?? begin(loan);
			// Given back already, perhaps of a generation that is newer.
			if (change.isClosed) continue;
			this.#changes.set(name, change);
			close(change, loan.up, loan.down, loan.serial);
		}
	}

	write(): Remember {
		const changes = [...this.#changes];
		const rows = changes
			.filter(([, { isWritten }]) => isWritten)
			.map(([name, { loan, backUp, backDown }]) => {
				const { generation, net } = loan;
				return [name, { generation, net, backUp, backDown }] as const;
			});
		if (rows.length > 0) this.#storage.save(rows);
		const forgets = this.#forgets;
		if (forgets && forgets.turn > this.#storage.floor)
			this.#storage.raiseFloor(forgets.turn, forgets.forget === true);
		return () => {
			for (const [name, change] of changes) {
				if (change.isClosed) {
					this.#open.delete(name);
					this.#closed(name, change.serial);
					continue;
				}
				const loan = this.#open.get(name);
				if (!loan) continue;
				loan.net = change.net;
				loan.backUp = change.backUp;
				loan.backDown = change.backDown;
				loan.isOnDisk ||= change.isWritten;
			}
			if (forgets) this.#forgot(forgets.turn, forgets.forget);
		};
	}
}

function begin(loan: Change["loan"]): Change {
	const { backUp, backDown, net, serial = 0 } = loan;
	return {
		loan,
		backUp,
		backDown,
		net,
		serial,
		isClosed: false,
		isWritten: false,
	};
}

/**
 * Begins with a generation that was not known here. What the commit has counted is of
 * the one before, but will be among the counts that the row of this one goes by.
 */
function next({ net, loan }: Change, generation: number): Change {
	const counted = net - loan.net;
	return {
		...begin({ generation, backUp: 0, backDown: 0, net: 0 - counted }),
		net: 0,
	};
}

/**
 * Leaves nothing unspent in a direction in which the counter is past its bound: who
 * takes it nearer to that must not be able to take it away again.
 */
function giveBackPast(change: Change): void {
	const { free = 0, up = 0, down = 0 } = change.loan;
	if (free & OVER_UP) giveBack(change, up, Number.NEGATIVE_INFINITY);
	if (free & OVER_DOWN) giveBack(change, Number.NEGATIVE_INFINITY, down);
}

/** Leaves nothing unspent of what was lent. */
function giveBack(change: Change, up: number, down: number): void {
	const backUp = Math.max(change.backUp, up - change.net);
	const backDown = Math.max(change.backDown, down + change.net);
	change.isWritten ||= backUp !== change.backUp || backDown !== change.backDown;
	change.backUp = backUp;
	change.backDown = backDown;
}

/** Gives all back, and has the loan asked for anew. */
function close(change: Change, up: number, down: number, serial: number): void {
	giveBack(change, up, down);
	change.isClosed = true;
	change.serial = Math.max(change.serial, serial);
}
