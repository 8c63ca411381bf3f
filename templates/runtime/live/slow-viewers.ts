import type { Host } from "../object/host.ts";
import type { Names } from "./contract.ts";

/** Bytes on their way to a viewer, past which it gets nothing more … */
const MAX_BUFFERED_BYTES = 64 * 1024;

/** … and the time after which it is given up. */
const GIVEN_UP_MS = 60_000;

/** Milliseconds between two looks. */
const LOOK_MS = 1_000;

interface Lack {
	names: Set<string> | true;
	isReset: boolean;
	/** Moment since which it is behind; milliseconds since 1970. */
	since: number;
}

/** Viewers that do not keep up: each gets the latest of what it lacks, later. */
export class SlowViewers<
	Viewer extends { readonly bufferedAmount?: number | undefined },
> {
	readonly #host: Pick<Host, "now" | "wait">;
	readonly #lacks = new Map<Viewer, Lack>();
	readonly #send: (viewer: Viewer, names: Names, isReset: boolean) => void;
	readonly #giveUp: (viewer: Viewer) => void;
	#isLooking = false;

	constructor(
		host: Pick<Host, "now" | "wait">,
		{
			send,
			giveUp,
		}: {
			send: (viewer: Viewer, names: Names, isReset: boolean) => void;
			giveUp: (viewer: Viewer) => void;
		},
	) {
		this.#host = host;
		this.#send = send;
		this.#giveUp = giveUp;
	}

	/** Tells whether a viewer is behind; if so, it gets these later. */
	holds(viewer: Viewer, names: Names, isReset: boolean): boolean {
		const lack = this.#lacks.get(viewer);
		if (!lack && !isSlow(viewer)) return false;
		const others = lack?.names ?? new Set<string>();
		this.#lacks.set(viewer, {
			names:
				names === true || others === true
					? true
					: new Set([...others, ...names]),
			isReset: isReset || lack?.isReset === true,
			since: lack?.since ?? this.#host.now(),
		});
		void this.#look();
		return true;
	}

	delete(viewer: Viewer): void {
		this.#lacks.delete(viewer);
	}

	/** Looks again and again, as long as somebody is behind. */
	async #look(): Promise<void> {
		if (this.#isLooking) return;
		this.#isLooking = true;
		while (this.#lacks.size > 0) {
			await this.#host.wait(LOOK_MS);
			for (const [viewer, { names, isReset, since }] of [...this.#lacks]) {
				if (!isSlow(viewer)) {
					this.#lacks.delete(viewer);
					this.#send(viewer, names === true || [...names], isReset);
				} else if (this.#host.now() - since > GIVEN_UP_MS) this.#giveUp(viewer);
			}
		}
		this.#isLooking = false;
	}
}

function isSlow({
	bufferedAmount = 0,
}: {
	bufferedAmount?: number | undefined;
}) {
	return bufferedAmount > MAX_BUFFERED_BYTES;
}
