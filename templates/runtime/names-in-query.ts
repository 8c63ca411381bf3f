/**
 * Lists the counters that `?counters=a,b` names, each once: separated by commas,
 * or each in a parameter of its own.
 *
 * Some clients percent-encode the commas between names, too. So an encoded one is
 * part of a name only where a counter may have such a name.
 *
 * @param mayBe tells whether a counter may have a name
 * @returns undefined without that parameter
 */
export function namesInQuery(
	url: string,
	mayBe: (name: string) => boolean,
): string[] | undefined {
	// Two Host headers make a URL that cannot be parsed as a whole.
	const at = url.indexOf("?");
	const lists = (at < 0 ? "" : url.slice(at + 1))
		.split("&")
		.filter((parameter) => new URLSearchParams(parameter).has("counters"));
	if (lists.length === 0) return undefined;
	const names = lists
		.flatMap((list) => list.replace(/^[^=]*=?/, "").split(","))
		.map((text) => new URLSearchParams(`name=${text}`).get("name") ?? "")
		.flatMap((name) =>
			name.includes(",") && !mayBe(name) ? name.split(",") : name,
		)
		.filter((name) => name !== "");
	return [...new Set(names)];
}
