/** Turns in a row without another arrival, after which none is waited for … */
const QUIET_TURNS = 2;

/** … and turns that arrivals are waited for at the most. */
const MAX_TURNS = 8;

/**
 * Lets a busy object wait a few milliseconds for more: those who had their answers
 * together tend to come back together, and slow work is then done once for all.
 *
 * @param arrived counts arrivals
 * @param turn resolves after a turn of the event loop, about a millisecond
 * @param enough arrivals past which none is waited for
 */
export async function gather(
	arrived: () => number,
	turn: () => Promise<void>,
	enough: number = Infinity,
): Promise<void> {
	let quiet = 0;
	for (let n = 0; n < MAX_TURNS && quiet < QUIET_TURNS; n++) {
		const before = arrived();
		if (before >= enough) return;
		await turn();
		quiet = arrived() > before ? 0 : quiet + 1;
	}
}
