import type { Host } from "../object/host.ts";

/** Bytes on their way to a viewer, past which it gets nothing more … */
const MAX_BUFFERED_BYTES = 64 * 1024;

/** … and the time after which it is given up. */
const GIVEN_UP_MS = 60_000;

/** Milliseconds between two looks. */
const LOOK_MS = 1_000;

interface Lack {
	/** Turn of the reset that it is to be told of. */
	reset: number | undefined;
	/** Moment since which it is behind; milliseconds since 1970. */
	since: number;
}

/** Viewers that do not keep up: each gets the latest of what it lacks, later. */
export class SlowViewers<
	Viewer extends { readonly bufferedAmount?: number | undefined },
> {
	readonly #host: Pick<Host, "now" | "wait">;
	readonly #lacks = new Map<Viewer, Lack>();
	readonly #catchUp: (viewer: Viewer, reset: number | undefined) => void;
	readonly #giveUp: (viewer: Viewer) => void;
	#isLooking = false;

	constructor(
		host: Pick<Host, "now" | "wait">,
		{
			catchUp,
			giveUp,
		}: {
			catchUp: (viewer: Viewer, reset: number | undefined) => void;
			giveUp: (viewer: Viewer) => void;
		},
	) {
		this.#host = host;
		this.#catchUp = catchUp;
		this.#giveUp = giveUp;
	}

	/**
	 * Tells whether a viewer is behind; if so, it catches up later.
	 *
	 * @param reset turn of the reset that it lacks, if it lacks one
	 */
	holds(viewer: Viewer, reset: number | undefined): boolean {
		const lack = this.#lacks.get(viewer);
		if (!lack && !isSlow(viewer)) return false;
		this.#lacks.set(viewer, {
			reset: reset ?? lack?.reset,
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
			for (const [viewer, { reset, since }] of [...this.#lacks]) {
				if (!isSlow(viewer)) {
					this.#lacks.delete(viewer);
					this.#catchUp(viewer, reset);
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
