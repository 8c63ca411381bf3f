import { toRecord } from "../protocol.ts";
import type { Board } from "./board.ts";
import type { Names } from "./contract.ts";

/** Change of the board up to which a viewer was told everything; or it lacks a reset. */
export type Told = number | "nothing since the reset";

/** Messages for viewers of one list: those who were told the same share a text. */
export class Updates {
	readonly #board: Board;
	readonly #names: Names;
	readonly #texts = new Map<Told, string | undefined>();

	constructor(board: Board, names: Names) {
		this.#board = board;
		this.#names = names;
	}

	/** Writes what a viewer lacks; none if that is nothing. */
	after(told: Told): string | undefined {
		if (!this.#texts.has(told)) this.#texts.set(told, this.#write(told));
		return this.#texts.get(told);
	}

	#write(told: Told): string | undefined {
		if (typeof told !== "number")
			return messageOf(this.#board, this.#names, true);
		const changed = this.#board.changed(this.#names, told);
		return changed.length > 0 ? messageOf(this.#board, changed) : undefined;
	}
}

/** Writes totals as viewers get them. */
export function messageOf(board: Board, names: Names, isReset = false): string {
	return JSON.stringify({
		version: board.turn,
		birth: board.birth,
		...(isReset && { reset: true }),
		values: toRecord(board.entries(names)),
	});
}
