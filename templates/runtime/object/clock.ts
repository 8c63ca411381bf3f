/**
 * Finds when something is due that comes `ms` after a moment. At once if that moment
 * lies in the future: then the clock has stepped back, by who knows how much,
 * and to wait for it could take an hour.
 */
export function dueAt(since: number, ms: number, now: number): number {
	return since > now ? now : since + ms;
}
