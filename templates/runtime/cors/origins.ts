/** Matches one label of a host's name, as browsers write it in an Origin header. */
const LABEL = /^[a-z0-9_-]+$/;

/**
 * Tells whether an origin is one of a list. In the list `https://*.example.com`
 * stands for all whose host has one label more, such as `https://a.example.com`.
 */
export function isListed(origin: string, list: readonly string[]): boolean {
	return list.some((listed) => {
		const [start = "", end] = listed.split("*");
		if (end === undefined) return origin === listed;
		const isAround = origin.startsWith(start) && origin.endsWith(end);
		return isAround && LABEL.test(origin.slice(start.length, -end.length));
	});
}
