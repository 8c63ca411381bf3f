interface Total {
	value: number;
	/** Moment that it is from, as ISO 8601; empty if nobody knows. */
	asOf: string;
}

/** Reads a total; undefined if it cannot be had, which the page need not know. */
export async function readTotal(
	base: string,
	name: string,
): Promise<Total | undefined> {
	try {
		const answer = await fetch(`${base}counters/${encodeURIComponent(name)}`);
		const { type, value, asOf = "" } = await answer.json();
		if (type === "urn:problem-type:counter-gen:unknown-counter")
			return { value: 0, asOf };
		return answer.ok ? { value, asOf } : undefined;
	} catch {
		return undefined;
	}
}
